// The functions and classes that are measured, as pybind11's users write them.

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;
using namespace py::literals;

struct Point {
    double x, y;

    Point(double x, double y) : x(x), y(y) {}
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
        throw py::index_error("0 or 1");
    }
};

struct Fixed {
    double x, y;

    Fixed(double x, double y) : x(x), y(y) {}
    double product() const { return x * y; }
};

struct Countdown {
    uint32_t left;

    explicit Countdown(uint32_t left) : left(left) {}
    uint32_t next() {
        if (left == 0)
            throw py::stop_iteration();
        return --left;
    }
};

PYBIND11_MODULE(calls, m) {
    py::class_<Point>(m, "Point")
        .def(py::init<double, double>(), "x"_a, "y"_a)
        .def_readwrite("x", &Point::x)
        .def_readwrite("y", &Point::y)
        .def("product", &Point::product)
        .def("scaled", &Point::scaled)
        .def("shift", &Point::shift)
        .def("dot", &Point::dot)
        .def("__len__", [](const Point &) { return 2; })
        .def("__getitem__", &Point::item)
        .def(py::self + py::self)
        .def(py::self == py::self)
        .def("__hash__", &Point::hash);

    py::class_<Fixed>(m, "Fixed")
        .def(py::init<double, double>(), "x"_a, "y"_a)
        .def("product", &Fixed::product);

    py::class_<Countdown>(m, "Countdown")
        .def(py::init<uint32_t>())
        .def("__iter__", [](py::object self) { return self; })
        .def("__next__", &Countdown::next);

    m.def("noop", [] {});
    m.def("add", [](int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); });
    m.def("length", [](std::string_view text) { return text.size(); });
    m.def("greeting", [] { return std::string_view("hello, world"); });
    m.def("size", [](const py::bytes &data) { return std::string_view(data).size(); });
    m.def(
        "keywords",
        [](int64_t a, std::optional<int64_t> b, int64_t count) { return a + b.value_or(2) + count; },
        "a"_a, "b"_a = py::none(), py::kw_only(), "count"_a = 3);
    m.def("count", [](const py::args &args) { return args.size(); });
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
    m.def("total", [](const py::dict &mapping) {
        int64_t total = 0;
        for (auto [key, value] : mapping)
            total += value.cast<int64_t>();
        return total;
    });
    m.def("squares", [](uint32_t count) {
        py::dict squares;
        for (uint32_t i = 0; i < count; i++)
            squares[py::int_(i)] = i * i;
        return squares;
    });
    m.def("echo", [](std::unordered_map<std::string, int64_t> map) { return map; });
    m.def("swap", [](int64_t a, int64_t b) { return std::pair(b, a); });
    m.def("fail", [] { throw py::value_error("failed"); });
    m.def("apply", [](const py::function &function, int64_t count) {
        int64_t total = 0;
        for (int64_t i = 0; i < count; i++)
            total += function(i).cast<int64_t>();
        return total;
    });
    m.def("sum_buffer", [](const py::buffer &values) {
        py::buffer_info info = values.request();
        if (!info.item_type_is_equivalent_to<double>() || info.ndim != 1 || info.strides[0] != sizeof(double))
            throw py::type_error("expected a contiguous buffer of doubles");
        const double *data = static_cast<const double *>(info.ptr);
        double total = 0;
        for (py::ssize_t i = 0; i < info.size; i++)
            total += data[i];
        return total;
    });
}
