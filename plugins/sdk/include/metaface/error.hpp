/// \file
/// Errors, thrown or returned.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define METAFACE_EXCEPTIONS 1
#else
#define METAFACE_EXCEPTIONS 0
#include <cstdlib>
#endif

#if defined(_WIN32) && defined(METAFACE_BUILDING)
#define METAFACE_API __declspec(dllexport)
#elif defined(_WIN32) && defined(METAFACE_SHARED)
#define METAFACE_API __declspec(dllimport)
#elif defined(__GNUC__)
#define METAFACE_API __attribute__((visibility("default")))
#else
#define METAFACE_API
#endif

#if defined(__GNUC__) && !defined(_WIN32)
#define METAFACE_LOCAL __attribute__((visibility("hidden")))
#else
#define METAFACE_LOCAL
#endif

namespace metaface {

/// Kinds of errors, for programs. Error::what() is for people.
enum class ErrorKind {
    argument,   ///< A value is out of range.
    read,       ///< The operating system could not read a file.
    write,      ///< The operating system could not write a file.
    file,       ///< A file is damaged, or does not have the format of its name.
    speaker,    ///< A speaker cannot be used or learned.
    device,     ///< CUDA was requested and cannot be used.
    cancelled,  ///< A progress callback returned false.
    internal,   ///< An internal error of MetaFace; please report it.
};

/// The kind's name: "argument", "read" and so on.
METAFACE_API const char* name(ErrorKind kind) noexcept;

/// An error. The message names the file and the remedy.
class METAFACE_API Error final : public std::exception {
public:
    Error(ErrorKind kind, std::string message);
    Error(const Error&);
    Error(Error&&) noexcept;
    Error& operator=(const Error&);
    Error& operator=(Error&&) noexcept;
    ~Error() override;

    const char* what() const noexcept override;
    ErrorKind kind() const noexcept { return kind_; }

private:
    ErrorKind kind_;
    std::string message_;
};

/// A value or an error.
///
/// \code
/// if (auto clip = animator.try_animate("line.wav")) {
///     play(*clip);
/// } else {
///     log(clip.error().what());
/// }
/// \endcode
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; requires has_value().
    T& operator*() & noexcept { return *std::get_if<0>(&state_); }
    const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    T* operator->() noexcept { return std::get_if<0>(&state_); }
    const T* operator->() const noexcept { return std::get_if<0>(&state_); }

    /// The error; requires !has_value().
    const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
    Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

    /// Returns the value or throws the error; built without exceptions, aborts instead.
    T value() && {
        if (!has_value()) {
#if METAFACE_EXCEPTIONS
            throw std::move(*this).error();
#else
            std::abort();
#endif
        }
        return *std::move(*this);
    }

private:
    std::variant<T, Error> state_;
};

/// Progress callback, called repeatedly on the working thread with the completed fraction: 0 while
/// a file is first analysed, and always less than 1. Returning false stops the work
/// (ErrorKind::cancelled). An exception stops it too and is rethrown by the function that was
/// called.
using Progress = std::function<bool(double fraction)>;

}  // namespace metaface
