// A stream that Python's threads may share.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include <metaface/stream.hpp>

namespace metaface::python {

/// metaface::Stream is for one thread at a time; others wait here.
class SharedStream {
public:
    explicit SharedStream(Stream stream) : stream_(std::move(stream)) {}

    std::vector<float> push(const float* samples, std::size_t count) {
        const std::lock_guard<std::mutex> alone(mutex_);
        return stream_.push(samples, count);
    }

    std::vector<float> finish() {
        const std::lock_guard<std::mutex> alone(mutex_);
        return stream_.finish();
    }

private:
    std::mutex mutex_;
    Stream stream_;
};

}  // namespace metaface::python
