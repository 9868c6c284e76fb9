// Work without the interpreter's lock, and what must hold when the interpreter ends meanwhile.
#pragma once

#include <utility>

#include <nanobind/nanobind.h>

namespace metaface::python {

/// Whether this thread must not ask for the interpreter any more, because the interpreter is
/// ending in another one. Asking would end the thread with its work half done, which C++ and Rust
/// answer by ending the process.
bool interpreter_is_gone() noexcept;

/// Counts a thread that waits for the interpreter, so that its end can wait for the thread.
class Asking {
public:
    Asking() noexcept;
    ~Asking();
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
};

/// Gives the interpreter to other threads while it lives.
class Released {
public:
    Released();
    ~Released();
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;

private:
    PyThreadState* state_;
};

/// What `work` returns, other Python threads running meanwhile. `work` touches no Python object.
template <typename Work>
auto without_gil(Work&& work) {
    Released released;
    return std::forward<Work>(work)();
}

/// The network's threads do not survive fork(): refuses in a child of a process that has used it,
/// where the work would wait forever.
void refuse_after_fork();

}  // namespace metaface::python
