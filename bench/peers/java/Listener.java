import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import org.jpos.iso.ISOException;
import org.jpos.iso.ISOMsg;
import org.jpos.iso.ISORequestListener;
import org.jpos.iso.ISOServer;
import org.jpos.iso.ISOSource;
import org.jpos.iso.channel.ASCIIChannel;
import org.jpos.iso.packager.GenericPackager;
import org.jpos.util.ThreadPool;

/**
 * A plain jPOS server for comparison: it signs on whoever asks, and pays bills, one JDBC transaction a payment. Each
 * connection is served by a thread of its own, as ISOServer does it.
 *
 * <p>Arguments: port, JDBC URL, connections of the pool.
 */
public class Listener implements ISORequestListener {
    private static final int CONNECTIONS_MAX = 100;
    private static final String APPROVED = "00", NO_ROUTE = "92", MALFUNCTION = "96";

    private final Payments payments;

    Listener(Payments payments) {
        this.payments = payments;
    }

    public static void main(String[] arguments) throws Exception {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(arguments[1]);
        settings.setMaximumPoolSize(Integer.parseInt(arguments[2]));
        settings.setAutoCommit(false);
        settings.setConnectionTimeout(60_000);
        Payments payments = new Payments(new HikariDataSource(settings), arguments[1].startsWith("jdbc:sqlite:"));
        ASCIIChannel channel = new ASCIIChannel(new GenericPackager("jar:packager/iso87ascii.xml"));
        ISOServer server = new ISOServer(Integer.parseInt(arguments[0]), channel, new ThreadPool(1, CONNECTIONS_MAX));
        server.addISORequestListener(new Listener(payments));
        server.run();
    }

    @Override
    public boolean process(ISOSource source, ISOMsg request) {
        try {
            ISOMsg answer = (ISOMsg) request.clone();
            answer.setResponseMTI();
            answer.set(39, code(request, answer));
            source.send(answer);
        } catch (Exception error) {
            // Without an answer the load generator reports the payment as lost.
            error.printStackTrace();
        }
        return true;
    }

    private String code(ISOMsg request, ISOMsg answer) throws ISOException {
        if (request.getMTI().equals("0800")) {
            return APPROVED;
        }
        if (!request.getMTI().equals("0200")) {
            return NO_ROUTE;
        }
        String bill = tag(request.getString(48), "0030");
        answer.set(48, "0030" + String.format("%03d", bill.length()) + bill);
        try {
            return payments.pay(request, bill);
        } catch (SQLException error) {
            error.printStackTrace();
            return MALFUNCTION;
        }
    }

    /** Returns a value of private data: each is a tag of four digits, three digits of length, and the value. */
    static String tag(String data, String wanted) throws ISOException {
        for (int at = 0; at + 7 <= data.length(); ) {
            int end = at + 7 + Integer.parseInt(data.substring(at + 4, at + 7));
            if (data.startsWith(wanted, at)) {
                return data.substring(at + 7, end);
            }
            at = end;
        }
        throw new ISOException("DE 48 has no tag " + wanted);
    }
}
