// An echo server for one connection, and its client.

const net = require("net");

const server = net.createServer((connection) => {
  server.close();
  connection.on("data", (data) => connection.end(data));
});
server.listen(0, "127.0.0.1", () => {
  const client = net.connect(server.address().port, "127.0.0.1", () => client.write("hello"));
  client.resume();
});
