// An echo server for one connection, and its client in a thread.

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

public class Echo {
    public static void main(String[] arguments) throws Exception {
        ServerSocket listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        int port = listener.getLocalPort();
        Thread client = new Thread(() -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write("hello".getBytes());
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (Exception error) {
                throw new RuntimeException(error);
            }
        });
        client.start();
        try (Socket connection = listener.accept()) {
            byte[] bytes = connection.getInputStream().readAllBytes();
            connection.getOutputStream().write(bytes);
        }
        client.join();
        listener.close();
    }
}
