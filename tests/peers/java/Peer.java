import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import org.jpos.iso.BaseChannel;
import org.jpos.iso.ISOMsg;
import org.jpos.iso.channel.ASCIIChannel;
import org.jpos.iso.channel.PostChannel;
import org.jpos.iso.packager.GenericPackager;
import org.yaml.snakeyaml.Yaml;

/**
 * Sends requests by jPOS with a packager of its jar, unchanged, and prints what it reads of each answer. A request and
 * an answer are a JSON object on a line: {"mti": "0800", "elements": {"7": "1122093001"}}.
 */
public class Peer {
    public static void main(String[] arguments) throws Exception {
        String packager = arguments[0];
        GenericPackager stock = new GenericPackager("jar:packager/" + packager);
        int port = Integer.parseInt(arguments[1]);
        BaseChannel channel =
            packager.equals("iso87ascii.xml")
                ? new ASCIIChannel("127.0.0.1", port, stock)
                : new PostChannel("127.0.0.1", port, stock);
        channel.setTimeout(60_000);
        channel.connect();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            channel.send(message(new Yaml().load(line)));
            System.out.println(shown(channel.receive()));
        }
        channel.disconnect();
    }

    @SuppressWarnings("unchecked")
    private static ISOMsg message(Map<String, Object> request) throws Exception {
        ISOMsg message = new ISOMsg((String) request.get("mti"));
        for (Map.Entry<String, String> element : ((Map<String, String>) request.get("elements")).entrySet()) {
            message.set(Integer.parseInt(element.getKey()), element.getValue());
        }
        return message;
    }

    private static String shown(ISOMsg answer) throws Exception {
        StringJoiner elements = new StringJoiner(", ", "{", "}");
        for (int number = 2; number <= answer.getMaxField(); number++) {
            if (answer.hasField(number)) {
                elements.add(quoted(Integer.toString(number)) + ": " + quoted(answer.getString(number)));
            }
        }
        return "{\"mti\": " + quoted(answer.getMTI()) + ", \"elements\": " + elements + "}";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            quoted.append(each > 31 && each < 127 && each != '"' && each != '\\' ? each : String.format("\\u%04x", (int) each));
        }
        return quoted.append('"').toString();
    }
}
