#include "metaface/character.hpp"

#include "handles.hpp"

namespace metaface {

Character::Impl::Impl(rust::Box<bridge::Character> character)
    : box(std::move(character)),
      name(bridge::character_name(*box)),
      meshes(to_strings(bridge::mesh_names(*box))),
      joints(to_strings(bridge::joint_names(*box))),
      warnings(to_strings(bridge::character_warnings(*box))) {
    for (std::size_t mesh = 0; mesh < meshes.size(); ++mesh) {
        targets.push_back(to_strings(bridge::target_names(*box, mesh)));
    }
}

Character::Character(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Character> Character::try_open(const std::filesystem::path& path) {
    return attempt([&] { return handle<Character>(bridge::open_character(PathBytes(path))); });
}

Result<Character> Character::try_sample_head() {
    return attempt([] { return handle<Character>(bridge::sample_head()); });
}

namespace {

bridge::MeshDescription to_bridge(const MeshDescription& mesh) {
    bridge::MeshDescription converted{
        mesh.name, {}, {}, mesh.joint.has_value(), mesh.joint.value_or(0), {}, {}};
    for (const std::string& target : mesh.targets) converted.targets.push_back(target);
    for (const float weight : mesh.rest) converted.rest.push_back(weight);
    for (const auto& [target, joint] : mesh.carried) {
        converted.carried_targets.push_back(target);
        converted.carried_joints.push_back(joint);
    }
    return converted;
}

bridge::JointDescription to_bridge(const JointDescription& joint) {
    return {joint.name, joint.parent.has_value(), joint.parent.value_or(0), joint.translation,
            joint.rotation};
}

template <typename Converted, typename Description>
std::vector<Converted> all_to_bridge(const std::vector<Description>& descriptions) {
    std::vector<Converted> converted;
    converted.reserve(descriptions.size());
    for (const Description& description : descriptions) converted.push_back(to_bridge(description));
    return converted;
}

}  // namespace

Result<Character> Character::try_describe(const std::string& name,
                                          const std::vector<MeshDescription>& meshes,
                                          const std::vector<JointDescription>& joints) {
    return attempt([&] {
        const auto bridge_meshes = all_to_bridge<bridge::MeshDescription>(meshes);
        const auto bridge_joints = all_to_bridge<bridge::JointDescription>(joints);
        return handle<Character>(bridge::describe_character(
            to_str(name), slice(bridge_meshes.data(), bridge_meshes.size()),
            slice(bridge_joints.data(), bridge_joints.size())));
    });
}

const std::string& Character::name() const noexcept { return impl_->name; }
const std::vector<std::string>& Character::meshes() const noexcept { return impl_->meshes; }
const std::vector<std::string>& Character::joints() const noexcept { return impl_->joints; }
const std::vector<std::string>& Character::warnings() const noexcept { return impl_->warnings; }

const std::vector<std::string>& Character::targets(std::size_t mesh) const noexcept {
    return impl_->targets[mesh];
}

}  // namespace metaface
