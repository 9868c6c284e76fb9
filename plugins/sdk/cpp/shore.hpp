// What every file here needs: errors, text and paths across the bridge.
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

/// The one key to what handles hold.
struct Access {
    template <typename Handle>
    static const typename Handle::Impl& of(const Handle& handle) {
        return *handle.impl_;
    }

    /// The handle on what came over the bridge.
    template <typename Handle, typename Box>
    static Handle make(Box box) {
        return Handle(std::make_shared<const typename Handle::Impl>(std::move(box)));
    }

    template <typename Handle, typename Box>
    static Handle make_unique(Box box) {
        return Handle(std::make_unique<typename Handle::Impl>(std::move(box)));
    }
};

/// The error that Rust's text tells: a digit for the kind, then the message.
Error error_of(const char* text);

/// What `work` returns, or why it failed.
template <typename Work>
auto attempt(Work&& work) -> Result<std::decay_t<decltype(work())>> {
    try {
        return work();
    } catch (const rust::Error& error) {
        return error_of(error.what());
    } catch (const std::system_error& error) {
        return Error(ErrorKind::argument, error.what());
    } catch (const std::invalid_argument&) {
        return Error(ErrorKind::argument, "a text is not UTF-8; give UTF-8");
    }
}

/// As attempt(), for work that a callback follows: what the callback threw comes out.
template <typename Work>
auto attempt_watched(const bridge::Watcher& watcher, Work&& work) {
    auto result = attempt(std::forward<Work>(work));
    watcher.rethrow();
    return result;
}

/// A path as the bridge takes it.
class PathBytes {
public:
#ifdef _WIN32
    explicit PathBytes(const std::filesystem::path& path) : text_(path.u8string()) {}
#else
    explicit PathBytes(const std::filesystem::path& path) : text_(path.native()) {}
#endif
    operator rust::Slice<const std::uint8_t>() const {
        return {reinterpret_cast<const std::uint8_t*>(text_.data()), text_.size()};
    }

private:
    std::string text_;
};

inline rust::Str text(const std::string& text) { return rust::Str(text.data(), text.size()); }

inline std::vector<std::string> texts(const rust::Vec<rust::String>& texts) {
    std::vector<std::string> copies;
    copies.reserve(texts.size());
    for (const rust::String& text : texts) copies.emplace_back(text);
    return copies;
}

inline bridge::Rate bridged(FrameRate rate) { return {rate.numerator, rate.denominator}; }
inline FrameRate from_bridge(bridge::Rate rate) { return {rate.numerator, rate.denominator}; }

/// A C array as the bridge takes it; none may be null.
template <typename T>
rust::Slice<const T> slice(const T* values, std::size_t count) {
    return count == 0 ? rust::Slice<const T>() : rust::Slice<const T>(values, count);
}

}  // namespace metaface
