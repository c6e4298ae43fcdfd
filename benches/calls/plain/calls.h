/* Read by cffi as it is, which knows the types of <stdint.h> but no #include. */

void noop(void);
int64_t add(int64_t a, int64_t b);
size_t length(const char *text);
const char *greeting(void);
size_t size(const uint8_t *data, size_t count);
double sum(const double *items, size_t count);
void numbers(uint32_t *items, size_t count);
int64_t apply(int64_t (*function)(int64_t), int64_t count);
