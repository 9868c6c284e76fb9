// Copyright the MetaFace contributors. MIT licence.
#include <cctype>

#include "Library.h"

namespace MetaFaceCore
{
	namespace
	{
		constexpr size_t FirstAngle = metaface::blendshape_count;
		constexpr size_t AngleCount = metaface::channel_count - FirstAngle;

		std::vector<std::string> ChannelNames(bool bApple)
		{
			std::vector<std::string> Names;
			for (size_t Index = 0; Index < metaface::channel_count; ++Index)
			{
				Names.push_back(metaface::name(metaface::Channel(Index)));
				if (bApple)
				{
					Names.back()[0] = char(std::tolower(Names.back()[0]));
				}
			}
			return Names;
		}

		// Live Link's yaw is positive to the character's right and its pitch downwards; MetaFace's signs
		// are opposite.
		float WithLiveLinkSign(size_t Channel, float Value)
		{
			const bool bRoll = Channel % 3 == (FirstAngle + 2) % 3;
			return Channel < FirstAngle || bRoll ? Value : 0.0f - Value;
		}
	}

	struct FCurveNames::FImpl
	{
		std::vector<std::string> Names;
		std::vector<float> Rest;
		/** The rig map, if the curves need one. The curves are then its targets, followed by the angles. */
		std::optional<metaface::RigMap> Map;
	};

	TOutcome<FCurveNames> FCurveNames::Make(ENaming Naming, const std::string& RigMapJson)
	{
		using FOutcome = TOutcome<FCurveNames>;
		return Guarded<FCurveNames>([&]() -> FOutcome {
			const auto NewImpl = std::make_shared<FImpl>();
			FCurveNames Curves;
			Curves.Impl = NewImpl;
			NewImpl->Names = ChannelNames(Naming == ENaming::Apple);
			NewImpl->Rest.assign(metaface::channel_count, 0.0f);
			if (Naming == ENaming::LiveLink || Naming == ENaming::Apple)
			{
				return Curves;
			}
			auto Map = Naming == ENaming::MetaHuman ? metaface::RigMap::try_metahuman() : metaface::RigMap::try_from_json(RigMapJson);
			if (!Map)
			{
				return FailedBy<FCurveNames>(Map.error());
			}
			const std::vector<std::string> Meshes = Map->meshes();
			if (!Meshes.empty())
			{
				return FOutcome::Failed("The rig map restricts a target to the mesh " + Meshes.front()
					+ ": remove \"mesh\" from it, because a curve in Unreal drives every mesh that has the target");
			}
			// Driving one frame of zeros gives the targets' names and rest values.
			const auto Clip = metaface::Clip::try_from_values(NewImpl->Rest.data(), 1, {});
			if (!Clip)
			{
				return FailedBy<FCurveNames>(Clip.error());
			}
			const auto Targets = Map->try_curves(*Clip);
			if (!Targets)
			{
				return FailedBy<FCurveNames>(Targets.error());
			}
			if (Targets->empty())
			{
				return FOutcome::Failed("The rig map drives no morph target: write one with metaface inspect --write-rig-map");
			}
			NewImpl->Map = *Map;
			std::vector<std::string> Names;
			std::vector<float> Rest;
			for (const metaface::Curve& Target : *Targets)
			{
				Names.push_back(Target.name);
				Rest.push_back(Target.values.at(0));
			}
			Rest.resize(Rest.size() + AngleCount, 0.0f);
			Names.insert(Names.end(), NewImpl->Names.begin() + FirstAngle, NewImpl->Names.end());
			NewImpl->Names = std::move(Names);
			NewImpl->Rest = std::move(Rest);
			return Curves;
		});
	}

	const std::vector<std::string>& FCurveNames::Names() const
	{
		static const std::vector<std::string> Empty;
		return Impl ? Impl->Names : Empty;
	}

	const std::vector<float>& FCurveNames::Rest() const
	{
		static const std::vector<float> Empty;
		return Impl ? Impl->Rest : Empty;
	}

	TOutcome<std::vector<float>> FCurveNames::Values(const float* Channels, size_t Frames) const
	{
		using FOutcome = TOutcome<std::vector<float>>;
		if (!Impl)
		{
			return FOutcome::Failed("MetaFace: internal error: the curve names are not set; please report it");
		}
		if (!Impl->Map || Frames == 0)
		{
			std::vector<float> Values(Channels, Channels + Frames * metaface::channel_count);
			for (size_t Index = 0; Index < Values.size(); ++Index)
			{
				Values[Index] = WithLiveLinkSign(Index % metaface::channel_count, Values[Index]);
			}
			return Values;
		}
		return Guarded<std::vector<float>>([&]() -> FOutcome {
			const auto Clip = metaface::Clip::try_from_values(Channels, Frames, {});
			if (!Clip)
			{
				return FailedBy<std::vector<float>>(Clip.error());
			}
			const auto Targets = Impl->Map->try_curves(*Clip);
			if (!Targets)
			{
				return FailedBy<std::vector<float>>(Targets.error());
			}
			const size_t Width = Impl->Names.size();
			std::vector<float> Values(Frames * Width);
			for (size_t Frame = 0; Frame < Frames; ++Frame)
			{
				float* Row = Values.data() + Frame * Width;
				for (size_t Target = 0; Target < Targets->size(); ++Target)
				{
					Row[Target] = (*Targets)[Target].values[Frame];
				}
				for (size_t Angle = 0; Angle < AngleCount; ++Angle)
				{
					const float Value = Channels[Frame * metaface::channel_count + FirstAngle + Angle];
					Row[Targets->size() + Angle] = WithLiveLinkSign(FirstAngle + Angle, Value);
				}
			}
			return Values;
		});
	}

	TOutcome<FTake> TakeOf(const metaface::Clip& Clip, const FCurveNames& Names)
	{
		auto Values = Names.Values(Clip.values(), Clip.frame_count());
		if (!Values)
		{
			return TOutcome<FTake>::Failed(Values.Error());
		}
		FTake Take;
		Take.Rate = {Clip.rate().numerator, Clip.rate().denominator};
		Take.StartFrame = Clip.start_frame();
		Take.Name = Clip.name();
		Take.Curves = Names.Names();
		Take.Values = std::move(*Values);
		Take.Rest = Names.Rest();
		Take.Warnings = Clip.warnings();
		return Take;
	}
}
