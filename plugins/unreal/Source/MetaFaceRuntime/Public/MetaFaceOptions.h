// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "Misc/FrameRate.h"

#include "MetaFaceOptions.generated.h"

/** In whose words curves and morph targets are named. */
UENUM(BlueprintType)
enum class EMetaFaceCurveNames : uint8
{
	/** JawOpen, MouthSmileLeft, HeadYaw: Live Link Face. */
	LiveLink UMETA(DisplayName = "Live Link (JawOpen)"),
	/** jawOpen, mouthSmileLeft, headYaw: ARKit. */
	Apple UMETA(DisplayName = "ARKit (jawOpen)"),
	/** CTRL_expressions_jawOpen: MetaHuman. */
	MetaHuman UMETA(DisplayName = "MetaHuman (CTRL_expressions_jawOpen)"),
	/** The morph targets of a rig map. */
	RigMap UMETA(DisplayName = "Rig Map"),
};

/** How a face talks. */
USTRUCT(BlueprintType)
struct METAFACERUNTIME_API FMetaFaceOptions
{
	GENERATED_BODY()

	/** Factor on all motion. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	float Strength = 1.0f;

	/** Factor on brows, head and gaze; at 0 only the mouth moves. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	float Liveliness = 1.0f;

	/** Extra smoothing that keeps lip closures. Has no part in live sound. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "1.0"))
	float Smoothing = 0.0f;

	/** By curve or group: JawOpen=1.2, MouthSmile*=0.8, HeadPitch+=0.05, brows=1.3 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	FString Gains;

	/** Blinks, glances and nods follow from it: the same seed gives the same take. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0"))
	int64 Seed = 7;

	/** Whether the head moves. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	bool bHead = true;

	/** Whether there are blinks and gaze. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	bool bEyes = true;

	/** Of what is made from sound waves; live faces have 50 frames a second. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	FFrameRate FrameRate = FFrameRate(30, 1);
};
