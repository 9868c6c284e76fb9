#include "metaface/channel.hpp"

#include "bridge_support.hpp"

namespace metaface {

std::string name(Channel channel) {
    return std::string(bridge::channel_name(static_cast<std::uint8_t>(channel)));
}

std::optional<Channel> channel_named(const std::string& name) {
    const auto index = attempt([&] { return bridge::channel_index(to_str(name)); });
    if (!index || *index < 0) return std::nullopt;
    return static_cast<Channel>(*index);
}

}  // namespace metaface
