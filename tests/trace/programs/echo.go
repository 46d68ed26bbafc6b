// An echo server for one connection, and its client in a goroutine.
package main

import (
	"io"
	"net"
)

func main() {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	done := make(chan error)
	go func() {
		connection, err := net.Dial("tcp4", listener.Addr().String())
		if err == nil {
			connection.Write([]byte("hello"))
			connection.(*net.TCPConn).CloseWrite()
			_, err = io.ReadAll(connection)
			connection.Close()
		}
		done <- err
	}()
	connection, err := listener.Accept()
	if err != nil {
		panic(err)
	}
	io.Copy(connection, connection)
	connection.Close()
	if err := <-done; err != nil {
		panic(err)
	}
}
