/// \file
/// What can go wrong, thrown or returned.
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

/// Kinds of errors, for programs; people read Error::what().
enum class ErrorKind {
    argument,   ///< A value out of its range.
    read,       ///< The operating system could not read a file.
    write,      ///< The operating system could not write a file.
    file,       ///< A file is damaged, or is not what its name says.
    speaker,    ///< A speaker cannot be used or learned.
    device,     ///< CUDA was asked for and cannot be used.
    cancelled,  ///< A progress callback asked to stop.
    internal,   ///< A fault of MetaFace itself; please report it.
};

/// The kind's name: "argument", "read" and so on.
METAFACE_API const char* name(ErrorKind kind) noexcept;

/// What went wrong. The message names the file and the remedy.
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

/// A value, or why there is none.
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

    /// The value; only where has_value().
    T& operator*() & noexcept { return *std::get_if<0>(&state_); }
    const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    T* operator->() noexcept { return std::get_if<0>(&state_); }
    const T* operator->() const noexcept { return std::get_if<0>(&state_); }

    /// The error; only where not has_value().
    const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
    Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

    /// The value, or the error thrown; without exceptions, the end of the program.
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

/// Called now and then by long work with the share that is done, 0 to 1 (0 while a file is heard
/// for the first time, and never 1: then it returns), on the thread that does the work. Returning false stops it (ErrorKind::cancelled); so does an exception, which comes
/// out of the function that was called.
using Progress = std::function<bool(double share)>;

}  // namespace metaface
