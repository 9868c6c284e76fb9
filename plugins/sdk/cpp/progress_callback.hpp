// Progress callbacks that Rust calls, through which no exception may pass.
#pragma once

#include <exception>

#include "metaface/error.hpp"

namespace metaface::bridge {

class ProgressCallback {
public:
    explicit ProgressCallback(const Progress& progress) : progress_(progress) {}

    /// Calls the callback with the completed fraction (0 to 1); returns false to stop. An exception
    /// of the callback also stops the work; rethrow() throws it again.
    bool report(double fraction) const noexcept {
        try {
            return !progress_ || progress_(fraction);
        } catch (...) {
            thrown_ = std::current_exception();
            return false;
        }
    }

    /// Throws the exception of the callback, if there was one.
    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    const Progress& progress_;
    mutable std::exception_ptr thrown_;
};

}  // namespace metaface::bridge
