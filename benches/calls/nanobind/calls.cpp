// The functions and classes that are measured, as nanobind's users write them.

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/operators.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/unordered_map.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;

struct Point {
    double x, y;

    double product() const { return x * y; }
    double scaled(double factor) const { return x * y * factor; }
    void shift(double dx) { x += dx; }
    double dot(const Point &other) const { return x * other.x + y * other.y; }
    Point operator+(const Point &other) const { return {x + other.x, y + other.y}; }
    bool operator==(const Point &other) const { return x == other.x && y == other.y; }

    int64_t hash() const {
        uint64_t a, b;
        std::memcpy(&a, &x, sizeof a);
        std::memcpy(&b, &y, sizeof b);
        return static_cast<int64_t>(a ^ (b << 32 | b >> 32));
    }

    double item(int64_t index) const {
        if (index == 0)
            return x;
        if (index == 1)
            return y;
        throw nb::index_error("0 or 1");
    }
};

struct Fixed {
    double x, y;

    double product() const { return x * y; }
};

struct Countdown {
    uint32_t left;

    uint32_t next() {
        if (left == 0)
            throw nb::stop_iteration();
        return --left;
    }
};

NB_MODULE(calls, m) {
    nb::class_<Point>(m, "Point")
        .def(nb::init<double, double>(), "x"_a, "y"_a)
        .def_rw("x", &Point::x)
        .def_rw("y", &Point::y)
        .def("product", &Point::product)
        .def("scaled", &Point::scaled)
        .def("shift", &Point::shift)
        .def("dot", &Point::dot)
        .def("__len__", [](const Point &) { return 2; })
        .def("__hash__", &Point::hash)
        .def("__getitem__", &Point::item)
        .def(nb::self + nb::self)
        .def(nb::self == nb::self);

    nb::class_<Fixed>(m, "Fixed")
        .def(nb::init<double, double>(), "x"_a, "y"_a)
        .def("product", &Fixed::product);

    nb::class_<Countdown>(m, "Countdown")
        .def(nb::init<uint32_t>())
        .def("__iter__", [](nb::handle self) { return self; })
        .def("__next__", &Countdown::next);

    m.def("noop", [] {});
    m.def("add", [](int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); });
    m.def("length", [](std::string_view text) { return text.size(); });
    m.def("greeting", [] { return std::string_view("hello, world"); });
    m.def("size", [](nb::bytes data) { return data.size(); });
    m.def(
        "keywords",
        [](int64_t a, std::optional<int64_t> b, int64_t count) { return a + b.value_or(2) + count; },
        "a"_a, "b"_a = nb::none(), nb::kw_only(), "count"_a = 3);
    m.def("count", [](nb::args args) { return args.size(); });
    m.def("sum", [](const std::vector<double> &items) {
        double total = 0;
        for (double item : items)
            total += item;
        return total;
    });
    m.def("numbers", [](uint32_t count) {
        std::vector<uint32_t> numbers(count);
        for (uint32_t i = 0; i < count; i++)
            numbers[i] = i;
        return numbers;
    });
    m.def("total", [](nb::dict mapping) {
        int64_t total = 0;
        for (auto [key, value] : mapping)
            total += nb::cast<int64_t>(value);
        return total;
    });
    m.def("squares", [](uint32_t count) {
        nb::dict squares;
        for (uint32_t i = 0; i < count; i++)
            squares[nb::int_(i)] = i * i;
        return squares;
    });
    m.def("echo", [](std::unordered_map<std::string, int64_t> map) { return map; });
    m.def("swap", [](int64_t a, int64_t b) { return std::pair(b, a); });
    m.def("fail", [] { throw nb::value_error("failed"); });
    m.def("apply", [](nb::callable function, int64_t count) {
        int64_t total = 0;
        for (int64_t i = 0; i < count; i++)
            total += nb::cast<int64_t>(function(i));
        return total;
    });
    m.def("sum_buffer", [](nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu> values) {
        const double *data = values.data();
        double total = 0;
        for (size_t i = 0, count = values.shape(0); i < count; i++)
            total += data[i];
        return total;
    });
}
