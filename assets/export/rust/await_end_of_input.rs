fn await_end_of_input() {
    println!("all calls are made; the end of the input closes the sockets (Ctrl-D)");
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
}
