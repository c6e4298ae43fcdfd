/* The library that the extension module needs. */
int answer_from_library(void)
{
    return 42;
}
