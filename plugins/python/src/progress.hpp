// Progress functions, and Ctrl-C during work.
#pragma once

#include <chrono>
#include <optional>

#include <metaface/error.hpp>
#include <nanobind/nanobind.h>

#include "gil.hpp"

namespace metaface::python {

/// Listens to Ctrl-C and tells a Python function of the progress, while work runs without the GIL.
class Watch {
public:
    /// `function` is callable or None. Throws TypeError for anything else.
    explicit Watch(nanobind::object function);

    /// What `work(progress)` returns; raises what the function or Ctrl-C raised. To be called
    /// with the GIL, which is released meanwhile.
    template <typename Work>
    auto over(Work&& work) {
        try {
            auto result = without_gil([&] { return work(progress()); });
            raise_what_was_raised();
            return result;
        } catch (const Error&) {
            raise_what_was_raised();
            throw;
        }
    }

private:
    Progress progress();
    bool go_on(double share);
    bool ask(double share);
    void raise_what_was_raised();

    nanobind::object function_;
    std::optional<nanobind::python_error> raised_;
    bool stopped_ = false;
    std::chrono::steady_clock::time_point asked_{};
};

}  // namespace metaface::python
