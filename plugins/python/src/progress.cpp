#include "progress.hpp"

namespace nb = nanobind;

namespace metaface::python {
namespace {

// How often Ctrl-C is looked for where no function is told of the progress.
constexpr auto patience = std::chrono::milliseconds(50);

}  // namespace

Watch::Watch(nb::object function) : function_(std::move(function)) {
    if (!function_.is_none() && PyCallable_Check(function_.ptr()) == 0) {
        throw nb::type_error("progress: a function of one number, or None");
    }
}

Progress Watch::progress() {
    return [this](double share) { return go_on(share); };
}

bool Watch::go_on(double share) {
    if (stopped_) {
        return false;
    }
    if (function_.is_none()) {
        const auto now = std::chrono::steady_clock::now();
        if (now - asked_ < patience) {
            return !interpreter_is_gone();
        }
        asked_ = now;
    }
    Asking counted;
    stopped_ = interpreter_is_gone() || !ask(share);
    return !stopped_;
}

bool Watch::ask(double share) {
    nb::gil_scoped_acquire acquired;
    try {
        if (PyErr_CheckSignals() != 0) {
            throw nb::python_error();
        }
        if (function_.is_none()) {
            return true;
        }
        nb::object answer = function_(share);
        if (answer.is_none()) {
            return true;
        }
        const int truth = PyObject_IsTrue(answer.ptr());
        if (truth < 0) {
            throw nb::python_error();
        }
        return truth == 1;
    } catch (nb::python_error& error) {
        raised_.emplace(std::move(error));
        return false;
    }
}

void Watch::raise_what_was_raised() {
    if (raised_) {
        nb::python_error error = std::move(*raised_);
        raised_.reset();
        throw error;
    }
}

}  // namespace metaface::python
