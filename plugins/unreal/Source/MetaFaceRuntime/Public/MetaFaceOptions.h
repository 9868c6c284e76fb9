// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "Misc/FrameRate.h"

#include "MetaFaceOptions.generated.h"

/** The naming convention of the curves and morph targets. */
UENUM(BlueprintType)
enum class EMetaFaceCurveNames : uint8
{
	/** JawOpen, MouthSmileLeft, HeadYaw: Live Link Face. */
	LiveLink UMETA(DisplayName = "Live Link (JawOpen)"),
	/** jawOpen, mouthSmileLeft, headYaw: ARKit. */
	Apple UMETA(DisplayName = "ARKit (jawOpen)"),
	/** CTRL_expressions_jawOpen: MetaHuman. */
	MetaHuman UMETA(DisplayName = "MetaHuman (CTRL_expressions_jawOpen)"),
	/** The morph targets of the user's rig map. */
	RigMap UMETA(DisplayName = "Rig Map"),
};

/** The animation options. */
USTRUCT(BlueprintType)
struct METAFACERUNTIME_API FMetaFaceOptions
{
	GENERATED_BODY()

	// options:properties (written by cargo xtask options)
	/** Frames per second: 30, 23.976 or 24000/1001. Ignored for live sound. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	FFrameRate FrameRate = FFrameRate(30, 1);

	/** Factor on all motion, 0 to 2. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	double Strength = 1.0;

	/** Factor on the movement of brows, head and gaze; at 0 only the mouth moves, 0 to 2. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	double Liveliness = 1.0;

	/** Gains and offsets per channel or group, such as JawOpen=1.2,HeadPitch+=0.05,MouthSmile*=0.5,brows=1.3. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	FString Gains;

	/** Smoothing of the motion; lip closures are kept, 0 to 1. Ignored for live sound. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "1.0"))
	double Smoothing = 0.0;

	/** Seed of brow, head and eye movement; the same seed gives the same clip. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0"))
	int64 Seed = 7;

	/** Move the head. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	bool bHead = true;

	/** Move the eyes: blinks and gaze. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	bool bEyes = true;

	// options:end
};
