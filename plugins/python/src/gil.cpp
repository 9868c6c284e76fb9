#include "gil.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#if !defined(_WIN32)
#include <unistd.h>
#endif

#include "bindings.hpp"
#include "errors.hpp"

namespace metaface::python {
namespace {

// Set by Python's atexit, when only daemon threads and the ending one are left.
std::atomic<bool> leaving{false};
std::atomic<std::thread::id> leaving_thread{};
std::atomic<int> asking{0};

[[noreturn]] void rest_until_the_process_ends() noexcept {
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

// Threads that were already waiting for the interpreter get it now; none begins to wait any more.
void leave() {
    leaving_thread = std::this_thread::get_id();
    leaving = true;
    PyThreadState* state = PyEval_SaveThread();
    for (int waited = 0; asking > 0 && waited < 1000; ++waited) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    PyEval_RestoreThread(state);
}

}  // namespace

bool interpreter_is_gone() noexcept {
    return leaving && leaving_thread.load() != std::this_thread::get_id();
}

Asking::Asking() noexcept { ++asking; }
Asking::~Asking() { --asking; }

Released::Released() : state_(PyEval_SaveThread()) {}

Released::~Released() {
    {
        Asking counted;
        if (!interpreter_is_gone()) {
            PyEval_RestoreThread(state_);
            return;
        }
    }
    rest_until_the_process_ends();
}

void refuse_after_fork() {
#if !defined(_WIN32)
    static std::atomic<pid_t> first_used{0};
    pid_t none = 0;
    const pid_t here = getpid();
    if (!first_used.compare_exchange_strong(none, here) && none != here) {
        refuse("MetaFace was used before this process was forked, and its threads stayed behind; "
               "start workers with multiprocessing.get_context(\"spawn\")");
    }
#endif
}

void bind_leaving(nb::module_& module) {
    module.def("_leave", &leave);
    nb::module_::import_("atexit").attr("register")(module.attr("_leave"));
}

}  // namespace metaface::python
