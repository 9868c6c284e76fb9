#include "metaface/error.hpp"

#include "bridge_support.hpp"
#include "metaface/metaface.hpp"

namespace metaface {

Error::Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

const char* Error::what() const noexcept { return message_.c_str(); }

const char* name(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::argument: return "argument";
        case ErrorKind::read: return "read";
        case ErrorKind::write: return "write";
        case ErrorKind::file: return "file";
        case ErrorKind::speaker: return "speaker";
        case ErrorKind::device: return "device";
        case ErrorKind::cancelled: return "cancelled";
        case ErrorKind::internal: break;
    }
    return "internal";
}

Error error_of(const char* encoded) {
    const int last = static_cast<int>(ErrorKind::internal);
    const int kind = *encoded - '0';
    if (kind < 0 || kind > last) return Error(ErrorKind::internal, encoded);
    return Error(static_cast<ErrorKind>(kind), encoded + 1);
}

std::string version() { return std::string(bridge::version()); }

Result<std::string> try_doctor() {
    return attempt([] { return std::string(bridge::doctor()); });
}

}  // namespace metaface
