// Copyright the MetaFace contributors. MIT licence.
#include "MetaHuman.h"

#include <iterator>

namespace MetaFaceCore
{
	namespace
	{
		// The expressions that ARKit's shapes reach, without CTRL_expressions_ and the side.
		constexpr const char* OfTwoSides[] = {
			"browDown", "browLateral", "browRaiseIn", "browRaiseOuter", "eyeBlink", "eyeCheekRaise",
			"eyeLookDown", "eyeLookLeft", "eyeLookRight", "eyeLookUp", "eyeSquintInner", "eyeWiden",
			"jawChinRaiseD", "jawChinRaiseU", "mouthCheekBlow", "mouthCornerDepress",
			"mouthCornerPull", "mouthDimple", "mouthFunnelD", "mouthFunnelU", "mouthLipsPurseD",
			"mouthLipsPurseU", "mouthLipsTowardsD", "mouthLipsTowardsU", "mouthLowerLipDepress",
			"mouthLowerLipRollIn", "mouthPressD", "mouthPressU", "mouthStretch",
			"mouthUpperLipRaise", "mouthUpperLipRollIn", "noseWrinkle",
		};
		constexpr const char* OfOneSide[] = {
			"jawFwd", "jawLeft", "jawOpen", "jawRight", "mouthLeft", "mouthRight", "tongueOut",
		};

		metaface::MeshDescription Expressions()
		{
			metaface::MeshDescription Face;
			Face.name = "MetaHuman";
			for (const char* Name : OfTwoSides)
			{
				Face.targets.push_back(std::string("CTRL_expressions_") + Name + "L");
				Face.targets.push_back(std::string("CTRL_expressions_") + Name + "R");
			}
			for (const char* Name : OfOneSide)
			{
				Face.targets.push_back(std::string("CTRL_expressions_") + Name);
			}
			return Face;
		}

		template <typename ValueType>
		TOutcome<ValueType> Outcome(metaface::Result<ValueType> Result)
		{
			if (!Result)
			{
				return FailedBy<ValueType>(Result.error());
			}
			return *std::move(Result);
		}
		template <typename ValueType>
		TOutcome<ValueType> Outcome(ValueType Value)
		{
			return Value;
		}

		// The library's own map where it has one; by the names of the expressions where it has not.
		template <typename MapType>
		TOutcome<metaface::RigMap> FromLibrary()
		{
			if constexpr (requires { MapType::metahuman(); })
			{
				return Outcome(MapType::metahuman());
			}
			else
			{
				auto Character = metaface::Character::try_describe("MetaHuman", {Expressions()});
				if (!Character)
				{
					return FailedBy<metaface::RigMap>(Character.error());
				}
				return Outcome(MapType::try_discover(*Character));
			}
		}
	}

	TOutcome<metaface::RigMap> MetaHumanRigMap()
	{
		return FromLibrary<metaface::RigMap>();
	}
}
