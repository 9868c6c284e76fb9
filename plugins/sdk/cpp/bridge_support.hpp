// Shared by the files of this folder: errors, strings and paths across the bridge.
#pragma once

#include <filesystem>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "metaface-sdk/src/bridge.rs.h"
#include "metaface/error.hpp"
#include "metaface/frame_rate.hpp"
#include "rust/cxx.h"

namespace metaface {

/// Access to the implementation of handles.
struct Access {
    template <typename Handle>
    static const typename Handle::Impl& of(const Handle& handle) {
        return *handle.impl_;
    }

    /// A handle that owns a box of the Rust side.
    template <typename Handle, typename Box>
    static Handle make(Box box) {
        return Handle(std::make_shared<const typename Handle::Impl>(std::move(box)));
    }

    template <typename Handle, typename Box>
    static Handle make_unique(Box box) {
        return Handle(std::make_unique<typename Handle::Impl>(std::move(box)));
    }
};

/// The error that the Rust side encoded: a digit for the kind, then the message.
Error error_of(const char* encoded);

/// The result of `work`, or its error.
template <typename Work>
auto attempt(Work&& work) -> Result<std::decay_t<decltype(work())>> {
    try {
        return work();
    } catch (const rust::Error& error) {
        return error_of(error.what());
    } catch (const std::system_error& error) {
        return Error(ErrorKind::argument, error.what());
    } catch (const std::invalid_argument&) {
        return Error(ErrorKind::argument, "a string is not UTF-8; give UTF-8");
    }
}

/// As attempt(), for work with a progress callback: the callback's exception is thrown again.
template <typename Work>
auto attempt_with_progress(const bridge::ProgressCallback& callback, Work&& work) {
    auto result = attempt(std::forward<Work>(work));
    callback.rethrow();
    return result;
}

/// The bytes of a path, for the bridge.
class PathBytes {
public:
#ifdef _WIN32
    explicit PathBytes(const std::filesystem::path& path) : bytes_(path.u8string()) {}
#else
    explicit PathBytes(const std::filesystem::path& path) : bytes_(path.native()) {}
#endif
    operator rust::Slice<const std::uint8_t>() const {
        return {reinterpret_cast<const std::uint8_t*>(bytes_.data()), bytes_.size()};
    }

private:
    std::string bytes_;
};

inline rust::Str to_str(const std::string& text) { return rust::Str(text.data(), text.size()); }

inline std::vector<std::string> to_strings(const rust::Vec<rust::String>& strings) {
    std::vector<std::string> copies;
    copies.reserve(strings.size());
    for (const rust::String& string : strings) copies.emplace_back(string);
    return copies;
}

inline bridge::Rate to_bridge(FrameRate rate) { return {rate.numerator, rate.denominator}; }
inline FrameRate from_bridge(bridge::Rate rate) { return {rate.numerator, rate.denominator}; }

/// A slice of an array. `values` may be null if `count` is 0; a slice of the bridge may not.
template <typename T>
rust::Slice<const T> slice(const T* values, std::size_t count) {
    return count == 0 ? rust::Slice<const T>() : rust::Slice<const T>(values, count);
}

}  // namespace metaface
