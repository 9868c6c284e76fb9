#include "metaface/character.hpp"

#include "handles.hpp"

namespace metaface {

Character::Impl::Impl(rust::Box<bridge::Character> character)
    : box(std::move(character)),
      name(bridge::character_name(*box)),
      meshes(texts(bridge::mesh_names(*box))),
      joints(texts(bridge::joint_names(*box))),
      warnings(texts(bridge::character_warnings(*box))) {
    for (std::size_t mesh = 0; mesh < meshes.size(); ++mesh) {
        targets.push_back(texts(bridge::target_names(*box, mesh)));
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

bridge::MeshPlan plan(const MeshDescription& mesh) {
    bridge::MeshPlan plan{mesh.name, {}, {}, mesh.joint.has_value(), mesh.joint.value_or(0), {}, {}};
    for (const std::string& target : mesh.targets) plan.targets.push_back(target);
    for (const float weight : mesh.rest) plan.rest.push_back(weight);
    for (const auto& [target, joint] : mesh.carried) {
        plan.carried_targets.push_back(target);
        plan.carried_joints.push_back(joint);
    }
    return plan;
}

bridge::JointPlan plan(const JointDescription& joint) {
    return {joint.name, joint.parent.has_value(), joint.parent.value_or(0), joint.translation,
            joint.rotation};
}

template <typename Plan, typename Description>
std::vector<Plan> plans(const std::vector<Description>& descriptions) {
    std::vector<Plan> plans;
    plans.reserve(descriptions.size());
    for (const Description& description : descriptions) plans.push_back(plan(description));
    return plans;
}

}  // namespace

Result<Character> Character::try_describe(const std::string& name,
                                          const std::vector<MeshDescription>& meshes,
                                          const std::vector<JointDescription>& joints) {
    return attempt([&] {
        const auto mesh_plans = plans<bridge::MeshPlan>(meshes);
        const auto joint_plans = plans<bridge::JointPlan>(joints);
        return handle<Character>(
            bridge::describe_character(text(name), slice(mesh_plans.data(), mesh_plans.size()),
                                       slice(joint_plans.data(), joint_plans.size())));
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
