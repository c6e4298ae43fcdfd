// pi from C++, with strings and exceptions: client float N | digits PLACES | misuse
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

#include "pi.h"

// Tells the library of more room than there is, so that the tests see that this is noticed.
#ifndef LIE
#define LIE 0
#endif

namespace {

float rounded(std::uint8_t places) {
    float pi = calc_pi(places);
    if (std::isnan(pi)) {
        throw std::out_of_range("a float does not hold " + std::to_string(places) + " places");
    }
    return pi;
}

std::string digits(std::uint32_t places) {
    std::size_t length = std::size_t{places} + 3;
    std::unique_ptr<char[]> buffer(new char[length - LIE]);
    switch (pi_digits(places, buffer.get(), length)) {
    case PI_GOOD:
        return buffer.get();
    case PI_TOO_MANY_PLACES:
        throw std::out_of_range("too many places");
    case PI_NO_BUFFER:
    case PI_TOO_SHORT:
        break;
    }
    throw std::logic_error("places + 3 characters are enough by contract");
}

bool refuses() {
    std::string buffer = "???";
    bool is_refused = pi_digits(2, nullptr, 5) == PI_NO_BUFFER &&
                      pi_digits(PI_PLACES + 1, &buffer[0], 3) == PI_TOO_MANY_PLACES &&
                      pi_digits(0, &buffer[0], 0) == PI_TOO_SHORT && pi_digits(1, &buffer[0], 3) == PI_TOO_SHORT &&
                      buffer == "???";
    try {
        digits(PI_PLACES + 1);
        return false;
    } catch (const std::out_of_range &) {
        return is_refused;
    }
}

} // namespace

int main(int count, char **words) {
    std::string what = count > 1 ? words[1] : "";
    try {
        if (what == "float" && count == 3) {
            int places = std::stoi(words[2]);
            std::printf("%.*f\n", places, rounded(static_cast<std::uint8_t>(places)));
        } else if (what == "digits" && count == 3) {
            std::puts(digits(static_cast<std::uint32_t>(std::stoul(words[2]))).c_str());
        } else if (what == "misuse" && count == 2) {
            bool is_refused = refuses();
            std::puts(is_refused ? "refused" : "wrong");
            return is_refused ? 0 : 1;
        } else {
            std::fputs("usage: client float N | digits PLACES | misuse\n", stderr);
            return 2;
        }
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
