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

// Set by Python's atexit, when only daemon threads and the finalizing thread are left.
std::atomic<bool> finalizing{false};
std::atomic<std::thread::id> finalizing_thread{};
std::atomic<int> waiting_threads{0};

// How long finalization waits for them, in milliseconds.
constexpr int max_wait_ms = 1000;

[[noreturn]] void sleep_until_process_exit() noexcept {
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

// Releases the GIL to threads that already wait for it. No other thread starts to wait.
void begin_finalization() {
    finalizing_thread = std::this_thread::get_id();
    finalizing = true;
    PyThreadState* state = PyEval_SaveThread();
    for (int waited_ms = 0; waiting_threads > 0 && waited_ms < max_wait_ms; ++waited_ms) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    PyEval_RestoreThread(state);
}

}  // namespace

bool interpreter_is_finalizing() noexcept {
    return finalizing && finalizing_thread.load() != std::this_thread::get_id();
}

GilWait::GilWait() noexcept { ++waiting_threads; }
GilWait::~GilWait() { --waiting_threads; }

GilRelease::GilRelease() : state_(PyEval_SaveThread()) {}

GilRelease::~GilRelease() {
    {
        GilWait wait;
        if (!interpreter_is_finalizing()) {
            PyEval_RestoreThread(state_);
            return;
        }
    }
    sleep_until_process_exit();
}

void check_not_forked() {
#if !defined(_WIN32)
    static std::atomic<pid_t> first_process{0};
    pid_t expected = 0;
    const pid_t this_process = getpid();
    if (!first_process.compare_exchange_strong(expected, this_process) &&
        expected != this_process) {
        throw_argument_error(
            "MetaFace was used before this process was forked, and its threads do not exist here; "
            "start workers with multiprocessing.get_context(\"spawn\")");
    }
#endif
}

void bind_finalization(nb::module_& module) {
    module.def("_begin_finalization", &begin_finalization);
    nb::module_::import_("atexit").attr("register")(module.attr("_begin_finalization"));
}

}  // namespace metaface::python
