fn print_change(call: &str, changed: libc::pid_t, status: libc::c_int) {
    if changed == 0 {
        println!("{call}: 0");
    } else if libc::WIFEXITED(status) {
        println!("{call}: exited {}", libc::WEXITSTATUS(status));
    } else if libc::WIFSIGNALED(status) {
        println!("{call}: killed by signal {}", libc::WTERMSIG(status));
    } else if libc::WIFSTOPPED(status) {
        println!("{call}: stopped by signal {}", libc::WSTOPSIG(status));
    } else {
        println!("{call}: continued");
    }
}
