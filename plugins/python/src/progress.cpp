#include "progress.hpp"

namespace nb = nanobind;

namespace metaface::python {
namespace {

// Interval of checks for Ctrl-C if there is no callback.
constexpr auto check_interval = std::chrono::milliseconds(50);

}  // namespace

ProgressGuard::ProgressGuard(nb::object callback) : callback_(std::move(callback)) {
    if (!callback_.is_none() && PyCallable_Check(callback_.ptr()) == 0) {
        throw nb::type_error("progress: expected a function of one number, or None");
    }
}

Progress ProgressGuard::progress() {
    return [this](double fraction) { return should_continue(fraction); };
}

bool ProgressGuard::should_continue(double fraction) {
    if (stopped_) {
        return false;
    }
    if (callback_.is_none()) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_check_ < check_interval) {
            return !interpreter_is_finalizing();
        }
        last_check_ = now;
    }
    GilWait wait;
    stopped_ = interpreter_is_finalizing() || !call_python(fraction);
    return !stopped_;
}

bool ProgressGuard::call_python(double fraction) {
    nb::gil_scoped_acquire acquired;
    try {
        if (PyErr_CheckSignals() != 0) {
            throw nb::python_error();
        }
        if (callback_.is_none()) {
            return true;
        }
        nb::object result = callback_(fraction);
        if (result.is_none()) {
            return true;
        }
        const int truth = PyObject_IsTrue(result.ptr());
        if (truth < 0) {
            throw nb::python_error();
        }
        return truth == 1;
    } catch (nb::python_error& error) {
        pending_.emplace(std::move(error));
        return false;
    }
}

void ProgressGuard::raise_pending() {
    if (pending_) {
        nb::python_error error = std::move(*pending_);
        pending_.reset();
        throw error;
    }
}

}  // namespace metaface::python
