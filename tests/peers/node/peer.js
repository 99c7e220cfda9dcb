// Sends requests by the package iso_8583 with its own formats, unchanged, and prints what it reads of each answer. A
// request and an answer are a JSON object on a line: {"mti": "0800", "elements": {"7": "1122093001"}}.
const net = require('net');
const readline = require('readline');
const Iso8583 = require('iso_8583');

const LENGTH = 2;
const requests = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const connection = net.connect(Number(process.argv[2]), '127.0.0.1', next);
let received = Buffer.alloc(0);

async function next() {
  const { value, done } = await requests.next();
  if (done) return connection.end();
  const { mti, elements } = JSON.parse(value);
  const packed = new Iso8583({ 0: mti, ...elements }).getBufferMessage();
  if (packed.error) fail(packed.error);
  connection.write(packed);
}

connection.on('data', (bytes) => {
  received = Buffer.concat([received, bytes]);
  if (received.length < LENGTH) return;
  const end = LENGTH + received.readUInt16BE(0);
  if (received.length < end) return;
  const read = new Iso8583().getIsoJSON(received.subarray(0, end), {});
  received = received.subarray(end);
  if (read.error) fail(read.error);
  const { 0: mti, ...elements } = read;
  console.log(JSON.stringify({ mti, elements }));
  next();
});
connection.setTimeout(60000, () => fail('no answer in time'));
connection.on('error', (error) => fail(error.message));

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
