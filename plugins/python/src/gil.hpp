// Work without the GIL, also while the interpreter is finalized.
#pragma once

#include <utility>

#include <nanobind/nanobind.h>

namespace metaface::python {

/// Whether the interpreter is being finalized in another thread. Acquiring the GIL would then end
/// this thread without unwinding, at which C++ and Rust abort the process.
bool interpreter_is_finalizing() noexcept;

/// Counts a thread that waits for the GIL, so that finalization waits for the thread.
class GilWait {
public:
    GilWait() noexcept;
    ~GilWait();
    GilWait(const GilWait&) = delete;
    GilWait& operator=(const GilWait&) = delete;
};

/// Releases the GIL for the lifetime of the object.
class GilRelease {
public:
    GilRelease();
    ~GilRelease();
    GilRelease(const GilRelease&) = delete;
    GilRelease& operator=(const GilRelease&) = delete;

private:
    PyThreadState* state_;
};

/// Returns the result of `work`, which runs without the GIL. `work` must not use Python objects.
template <typename Work>
auto without_gil(Work&& work) {
    GilRelease release;
    return std::forward<Work>(work)();
}

/// Throws Error in a child of a process that has used the network before fork(). The network's
/// threads do not survive fork(), so the work would wait forever.
void check_not_forked();

}  // namespace metaface::python
