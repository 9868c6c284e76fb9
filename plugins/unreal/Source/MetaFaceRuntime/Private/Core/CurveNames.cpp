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

		// Unreal knows these angles from Live Link, which counts yaw positive to the character's right
		// and pitch positive downwards: the other way round.
		float InLiveLinkSigns(size_t Channel, float Value)
		{
			const bool bRoll = Channel % 3 == (FirstAngle + 2) % 3;
			return Channel < FirstAngle || bRoll ? Value : 0.0f - Value;
		}
	}

	struct FCurveNames::FImpl
	{
		std::vector<std::string> Names;
		std::vector<float> Rest;
		/** Where a rig map is between channels and curves: its targets come first, then the angles. */
		std::optional<metaface::RigMap> Map;
	};

	TOutcome<FCurveNames> FCurveNames::Make(ENaming Naming, const std::string& RigMapJson)
	{
		using FFailed = TOutcome<FCurveNames>;
		return Guarded<FCurveNames>([&]() -> FFailed {
			const auto Made = std::make_shared<FImpl>();
			FCurveNames Curves;
			Curves.Impl = Made;
			Made->Names = ChannelNames(Naming == ENaming::Apple);
			Made->Rest.assign(metaface::channel_count, 0.0f);
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
				return FFailed::Failed("The rig map restricts a target to the mesh " + Meshes.front()
					+ ": take \"mesh\" out of it, since a curve in Unreal moves every mesh that has the target");
			}
			// One frame at rest tells the names, and where the targets are then.
			const auto Clip = metaface::Clip::try_from_values(Made->Rest.data(), 1, {});
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
				return FFailed::Failed("The rig map drives no morph target: write one with metaface inspect --write-rig-map");
			}
			Made->Map = *Map;
			std::vector<std::string> Names;
			std::vector<float> Rest;
			for (const metaface::Curve& Target : *Targets)
			{
				Names.push_back(Target.name);
				Rest.push_back(Target.values.at(0));
			}
			Rest.resize(Rest.size() + AngleCount, 0.0f);
			Names.insert(Names.end(), Made->Names.begin() + FirstAngle, Made->Names.end());
			Made->Names = std::move(Names);
			Made->Rest = std::move(Rest);
			return Curves;
		});
	}

	const std::vector<std::string>& FCurveNames::Names() const
	{
		static const std::vector<std::string> None;
		return Impl ? Impl->Names : None;
	}

	const std::vector<float>& FCurveNames::Rest() const
	{
		static const std::vector<float> None;
		return Impl ? Impl->Rest : None;
	}

	TOutcome<std::vector<float>> FCurveNames::Values(const float* Channels, size_t Frames) const
	{
		using FFailed = TOutcome<std::vector<float>>;
		if (!Impl)
		{
			return FFailed::Failed("MetaFace: no curves were chosen; please report it");
		}
		if (!Impl->Map || Frames == 0)
		{
			std::vector<float> Values(Channels, Channels + Frames * metaface::channel_count);
			for (size_t Index = 0; Index < Values.size(); ++Index)
			{
				Values[Index] = InLiveLinkSigns(Index % metaface::channel_count, Values[Index]);
			}
			return Values;
		}
		return Guarded<std::vector<float>>([&]() -> FFailed {
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
					Row[Targets->size() + Angle] = InLiveLinkSigns(FirstAngle + Angle, Value);
				}
			}
			return Values;
		});
	}

	TOutcome<FTake> Named(const metaface::Clip& Clip, const FCurveNames& Names)
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
