// A stream that Python threads may share.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include <metaface/stream.hpp>

namespace metaface::python {

/// Serialises access to a metaface::Stream, which is not thread-safe.
class SharedStream {
public:
    explicit SharedStream(Stream stream) : stream_(std::move(stream)) {}

    std::vector<float> push(const float* samples, std::size_t count) {
        const std::lock_guard<std::mutex> lock(mutex_);
        return stream_.push(samples, count);
    }

    std::vector<float> finish() {
        const std::lock_guard<std::mutex> lock(mutex_);
        return stream_.finish();
    }

private:
    std::mutex mutex_;
    Stream stream_;
};

}  // namespace metaface::python
