import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jpos.iso.ISOException;
import org.jpos.iso.ISOMsg;

/** Pays a bill with the statements that any listener would use, and writes the rows that the platform writes. */
class Payments {
    private static final String APPROVED = "00", UNKNOWN_BILL = "14", ALREADY_PAID = "U1", WRONG_AMOUNT = "13";
    private static final String DAY = "2026-11-22";
    private static final DateTimeFormatter MOMENT =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'").withZone(ZoneOffset.UTC);
    private static final String FIND =
        "SELECT bill_id, customer_no, amount_minor, paid_principal_minor FROM bills"
            + " WHERE merchant_id = ? AND bill_no = ?";
    private static final String TRANSACTION =
        "INSERT INTO transactions (key, fingerprint, kind, response_code, answer, business_date, serial_number,"
            + " amount_minor, currency, institution, terminal, received_at, journal)"
            + " VALUES (?, ?, 'PAYMENT', 'APPROVED', ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String TRACE =
        "INSERT INTO traces (trace, fingerprint, business_date, key, repeat, received_at) VALUES (?, ?, ?, ?, 0, ?)";
    private static final String PAYMENT =
        "INSERT INTO payments (serial_number, key, merchant_id, bill_no, customer_no, amount_minor, currency,"
            + " principal_minor, late_fee_minor, waived_minor, owed_principal_minor, owed_late_fee_minor, channel,"
            + " tender, teller, institution, terminal, business_date, posted_at, approval_code, state, state_by,"
            + " in_totals, payer_fee_minor, line, notified)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 0, 'TELLER', 'CASH', ?, ?, ?, ?, ?, ?, 'APPROVED', ?, 1, 0, 1, 0)";
    private static final String ENTRIES =
        "INSERT INTO entries (posting, line, payment_serial, account, owner, amount_minor, currency, business_date,"
            + " payment_line) VALUES (?, 1, ?, 'CLEARING', ?, ?, ?, ?, 1), (?, 2, ?, 'PAYABLE', ?, ?, ?, ?, 1)";
    private static final String CHANGE =
        "UPDATE bills SET paid_principal_minor = ?, paid_late_fee_minor = 0, waived_late_fee_minor = 0, fee_base = 0,"
            + " fee_through = ?, late_fee_left_minor = 0 WHERE bill_id = ?";

    private final DataSource pool;
    private final String find;
    private final AtomicLong numbers = new AtomicLong(1);

    Payments(DataSource pool, boolean oneWriter) {
        this.pool = pool;
        // SQLite has no row locks and needs none: its pool has one connection.
        this.find = oneWriter ? FIND : FIND + " FOR UPDATE";
    }

    /** Pays a bill in one transaction; returns DE 39. */
    String pay(ISOMsg request, String bill) throws SQLException, ISOException {
        try (Connection connection = pool.getConnection()) {
            try {
                String code = pay(connection, request, bill);
                connection.commit();
                return code;
            } catch (SQLException | ISOException error) {
                connection.rollback();
                throw error;
            }
        }
    }

    private String pay(Connection connection, ISOMsg request, String bill) throws SQLException, ISOException {
        String merchant = request.getString(42).trim();
        long amount = Long.parseLong(request.getString(4));
        long billId;
        String customer;
        try (PreparedStatement statement = connection.prepareStatement(find)) {
            set(statement, merchant, bill);
            try (ResultSet found = statement.executeQuery()) {
                if (!found.next()) {
                    return UNKNOWN_BILL;
                }
                billId = found.getLong(1);
                customer = found.getString(2);
                long owed = found.getLong(3) - found.getLong(4);
                if (owed != amount) {
                    return owed == 0 ? ALREADY_PAID : WRONG_AMOUNT;
                }
            }
        }
        write(connection, request, merchant, bill, customer, amount);
        run(connection, CHANGE, amount, DAY, billId);
        return APPROVED;
    }

    private void write(
            Connection connection, ISOMsg request, String merchant, String bill, String customer, long amount)
            throws SQLException, ISOException {
        String now = MOMENT.format(Instant.now());
        String institution = request.getString(32), terminal = request.getString(41), currency = request.getString(49);
        String number = String.format("%s%012d", DAY.replace("-", ""), numbers.getAndIncrement());
        String approval = "A" + number.substring(15);
        String sender = "P|" + institution + "|" + terminal + "|" + request.getString(11) + "|";
        String key = sender + LocalDate.now(ZoneOffset.UTC).getYear() + request.getString(7);
        String said = "500000|" + request.getString(4) + "|" + merchant + "|" + currency + "|" + bill;
        run(connection, TRANSACTION, key, said, answer(approval, bill, number, now), DAY, number, amount, currency,
            institution, terminal, now, journal(request));
        run(connection, TRACE, sender + request.getString(37), digest(said), DAY, key, now);
        run(connection, PAYMENT, number, key, merchant, bill, customer, amount, currency, amount, amount,
            Listener.tag(request.getString(48), "0060"), institution, terminal, DAY, now, approval, number);
        run(connection, ENTRIES, number, number, institution, amount, currency, DAY,
            number, number, merchant, -amount, currency, DAY);
    }

    private static String answer(String approval, String bill, String number, String now) {
        return "{\"code\":\"APPROVED\",\"business_date\":\"" + DAY + "\",\"values\":{\"approval_code\":\"" + approval
            + "\",\"bill_no\":\"" + bill + "\",\"serial_number\":\"" + number + "\",\"posted_at\":\"" + now
            + "\",\"receipt\":\"十一月餐费 2026-11\"}}";
    }

    private static String journal(ISOMsg request) throws ISOException {
        StringJoiner elements = new StringJoiner(" ").add(request.getMTI());
        for (int number = 2; number <= request.getMaxField(); number++) {
            if (request.hasField(number)) {
                elements.add(number + "=" + request.getString(number));
            }
        }
        return elements.toString();
    }

    private static String digest(String said) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(said.getBytes());
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (java.security.NoSuchAlgorithmException error) {
            throw new IllegalStateException(error);
        }
    }

    private static void run(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            statement.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, Object... values) throws SQLException {
        for (int at = 0; at < values.length; at++) {
            if (values[at] instanceof Long number) {
                statement.setLong(at + 1, number);
            } else {
                statement.setString(at + 1, (String) values[at]);
            }
        }
    }
}
