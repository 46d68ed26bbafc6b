static void await_end_of_input(void)
{
    printf("all calls are made; the end of the input closes the sockets (Ctrl-D)\n");
    fflush(stdout);
    while (getchar() != EOF)
        ;
}
