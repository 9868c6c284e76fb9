// Progress callbacks, and Ctrl-C during work.
#pragma once

#include <chrono>
#include <optional>

#include <metaface/error.hpp>
#include <nanobind/nanobind.h>

#include "gil.hpp"

namespace metaface::python {

/// Calls a Python progress callback and checks for Ctrl-C while work runs without the GIL.
class ProgressGuard {
public:
    /// `callback` is callable or None. Throws TypeError for anything else.
    explicit ProgressGuard(nanobind::object callback);

    /// Returns the result of `work(progress)`, or raises the exception of the callback or of
    /// Ctrl-C. Call it with the GIL, which is released while `work` runs.
    template <typename Work>
    auto run(Work&& work) {
        try {
            auto result = without_gil([&] { return work(progress()); });
            raise_pending();
            return result;
        } catch (const Error&) {
            raise_pending();
            throw;
        }
    }

private:
    Progress progress();
    bool should_continue(double fraction);
    bool call_python(double fraction);
    void raise_pending();

    nanobind::object callback_;
    std::optional<nanobind::python_error> pending_;
    bool stopped_ = false;
    std::chrono::steady_clock::time_point last_check_{};
};

}  // namespace metaface::python
