// Copyright the MetaFace contributors. MIT licence.
#include <algorithm>
#include <cctype>

#include "JsonText.h"
#include "Library.h"
#include "MetaHuman.h"

namespace MetaFaceCore
{
	namespace
	{
		constexpr size_t FirstAngle = metaface::blendshape_count;

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
		/** Where a rig map is between channels and curves: its targets come first, then the angles. */
		std::optional<metaface::RigMap> Map;
		std::optional<metaface::Character> Character;
		size_t Targets = 0;
	};

	TOutcome<FCurveNames> FCurveNames::Make(ENaming Naming, const std::string& RigMapJson)
	{
		using FFailed = TOutcome<FCurveNames>;
		return Guarded<FCurveNames>([&]() -> FFailed {
			const auto Made = std::make_shared<FImpl>();
			FCurveNames Curves;
			Curves.Impl = Made;
			Made->Names = ChannelNames(Naming == ENaming::Apple);
			if (Naming == ENaming::LiveLink || Naming == ENaming::Apple)
			{
				return Curves;
			}
			if (Naming == ENaming::MetaHuman)
			{
				auto Map = MetaHumanRigMap();
				if (!Map)
				{
					return FFailed::Failed(Map.Error());
				}
				Made->Map = *Map;
			}
			else
			{
				auto Map = metaface::RigMap::try_from_json(RigMapJson);
				if (!Map)
				{
					return FailedBy<FCurveNames>(Map.error());
				}
				Made->Map = *Map;
			}
			// The character is what the map speaks of: all its targets, on each of its meshes.
			std::vector<std::string> Targets;
			std::vector<std::string> Meshes{"Face"};
			for (const FJsonString& Member : JsonStrings(Made->Map->to_json()))
			{
				std::vector<std::string>* List = Member.Key == "target" ? &Targets : Member.Key == "mesh" ? &Meshes : nullptr;
				if (List != nullptr && std::find(List->begin(), List->end(), Member.Value) == List->end())
				{
					List->push_back(Member.Value);
				}
			}
			if (Targets.empty())
			{
				return FFailed::Failed("The rig map drives no morph target: write one with metaface inspect --write-rig-map");
			}
			std::vector<metaface::MeshDescription> Described;
			for (const std::string& Mesh : Meshes)
			{
				Described.push_back({Mesh, Targets, {}, {}, {}});
			}
			auto Character = metaface::Character::try_describe("Character", Described);
			if (!Character)
			{
				return FailedBy<FCurveNames>(Character.error());
			}
			Made->Character = *Character;
			Made->Targets = Targets.size();
			Made->Names.erase(Made->Names.begin(), Made->Names.begin() + FirstAngle);
			Made->Names.insert(Made->Names.begin(), Targets.begin(), Targets.end());
			return Curves;
		});
	}

	const std::vector<std::string>& FCurveNames::Names() const
	{
		static const std::vector<std::string> None;
		return Impl ? Impl->Names : None;
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
			auto Clip = metaface::Clip::try_from_values(Channels, Frames, {});
			if (!Clip)
			{
				return FailedBy<std::vector<float>>(Clip.error());
			}
			auto Performance = Impl->Map->try_drive(*Impl->Character, *Clip);
			if (!Performance)
			{
				return FailedBy<std::vector<float>>(Performance.error());
			}
			const size_t Width = Impl->Names.size();
			std::vector<float> Values(Frames * Width, 0.0f);
			for (const metaface::Track& Track : Performance->meshes())
			{
				for (size_t Target = 0; Target < Impl->Targets; ++Target)
				{
					if (std::binary_search(Track.undriven.begin(), Track.undriven.end(), Target))
					{
						continue;
					}
					for (size_t Frame = 0; Frame < Frames; ++Frame)
					{
						Values[Frame * Width + Target] = Track.values[Frame * Track.width + Target];
					}
				}
			}
			for (size_t Frame = 0; Frame < Frames; ++Frame)
			{
				float* Row = Values.data() + Frame * Width;
				for (size_t Angle = FirstAngle; Angle < metaface::channel_count; ++Angle)
				{
					const float Value = Channels[Frame * metaface::channel_count + Angle];
					Row[Impl->Targets + Angle - FirstAngle] = InLiveLinkSigns(Angle, Value);
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
		Take.Warnings = Clip.warnings();
		return Take;
	}
}
