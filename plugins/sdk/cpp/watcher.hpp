// Progress callbacks on their way through Rust, where no exception may pass.
#pragma once

#include <exception>

#include "metaface/error.hpp"

namespace metaface::bridge {

class Watcher {
public:
    explicit Watcher(const Progress& progress) : progress_(progress) {}

    /// Tells which share is done; false to stop. An exception stops, and is kept.
    bool report(double share) const noexcept {
        try {
            return !progress_ || progress_(share);
        } catch (...) {
            thrown_ = std::current_exception();
            return false;
        }
    }

    /// Lets go of what the callback threw.
    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    const Progress& progress_;
    mutable std::exception_ptr thrown_;
};

}  // namespace metaface::bridge
