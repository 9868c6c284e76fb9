// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Components/ActorComponent.h"
#include "CoreMinimal.h"
#include "MetaFaceCore/Live.h"
#include "MetaFaceOptions.h"

#include <memory>
#include <string>
#include <vector>

#include "MetaFaceComponent.generated.h"

class FMetaFaceLiveSession;
class UAudioCapture;
class UAudioComponent;
class UMetaFaceSpeaker;
class USkeletalMeshComponent;
class USoundWave;

DECLARE_DYNAMIC_MULTICAST_DELEGATE(FMetaFaceEvent);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FMetaFaceFault, const FString&, Reason);

/**
 * Animates the actor's face from a sound wave (Speak) or from live sound (Start Listening and Push Audio,
 * or Start Microphone). Drives the morph targets of the same names; an animation blueprint can pass Get
 * Curves to a Modify Curve node instead.
 */
UCLASS(ClassGroup = (MetaFace), meta = (BlueprintSpawnableComponent), HideCategories = (Collision, Cooking))
class METAFACERUNTIME_API UMetaFaceComponent : public UActorComponent
{
	GENERATED_BODY()

public:
	UMetaFaceComponent();
	virtual ~UMetaFaceComponent() override;

	/** The speaker; defaults to the average speaker. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	TObjectPtr<UMetaFaceSpeaker> Speaker;

	/** Style strength: 0 is the average speaker, 1 the speaker, 2 exaggerated. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	float StyleStrength = 1.0f;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	FMetaFaceOptions Options;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	EMetaFaceCurveNames CurveNames = EMetaFaceCurveNames::LiveLink;

	/** The contents of a rig map file (metaface inspect --write-rig-map), if Curve Names is Rig Map. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", AdvancedDisplay, meta = (MultiLine = "true"))
	FString RigMapJson;

	/** Whether the component sets morph targets. Turn it off if an animation blueprint uses Get Curves. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	bool bDriveMorphTargets = true;

	/** The face; defaults to the actor's first skeletal mesh with matching morph targets. */
	UPROPERTY(BlueprintReadWrite, Category = "MetaFace")
	TObjectPtr<USkeletalMeshComponent> Face;

	/** Plays the sound of Speak; defaults to the actor's audio component, or a new one. */
	UPROPERTY(BlueprintReadWrite, Category = "MetaFace")
	TObjectPtr<UAudioComponent> Voice;

	/** The sound and the animation start. */
	UPROPERTY(BlueprintAssignable, Category = "MetaFace")
	FMetaFaceEvent OnStarted;

	/** The face has returned to the rest pose. */
	UPROPERTY(BlueprintAssignable, Category = "MetaFace")
	FMetaFaceEvent OnFinished;

	/** The animation failed; Reason is an error message to show. */
	UPROPERTY(BlueprintAssignable, Category = "MetaFace")
	FMetaFaceFault OnFailed;

	/** Animates the sound on another thread, then plays sound and animation together. Calls OnStarted when they start. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void Speak(USoundWave* Sound);

	/** Animates the sound given to Push Audio. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void StartListening();

	/** Animates the sound of the system's default microphone. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void StartMicrophone();

	/** Adds live sound: interleaved samples; full scale is 1. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void PushAudio(const TArray<float>& Samples, int32 SampleRate, int32 Channels);

	/** Stops sound and animation; the face returns to the rest pose. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void Silence();

	UFUNCTION(BlueprintPure, Category = "MetaFace")
	bool IsTalking() const;

	/** The current curve values, for the Curve Map of a Modify Curve node. Angles are in radians. */
	UFUNCTION(BlueprintPure, Category = "MetaFace")
	TMap<FName, float> GetCurves() const;

	//~ UActorComponent
	virtual void TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction) override;
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason) override;

private:
	enum class EState : uint8
	{
		Resting,
		Preparing,
		Speaking,
		Listening,
		Releasing,
	};

	void Begin(const std::shared_ptr<const MetaFaceCore::FTake>& Take, USoundWave* Sound);
	void Fail(const FString& Reason);
	void EndSound();
	void Release();
	/** Moves the face towards the rest pose; true once it is there. */
	bool MoveToRest(float DeltaTime);
	/** Sets the names and rest values of the curves that Show receives. */
	void SetCurves(const std::vector<std::string>& Names, const std::vector<float>& Rest);
	void Show(const std::vector<float>& Values);
	void FindFace();
	void OnPlaybackPercent(const UAudioComponent* Playing, const USoundWave* Sound, const float Percent);

	/** The number of the latest request; results of earlier requests are discarded. */
	uint32 Request = 0;
	EState State = EState::Resting;
	/** Seconds since the face began to return to the rest pose. */
	double ReleasedSeconds = 0.0;

	std::shared_ptr<const MetaFaceCore::FTake> CurrentTake;
	MetaFaceCore::FPlaybackClock Clock;
	FDelegateHandle PlaybackHandle;

	TSharedPtr<FMetaFaceLiveSession, ESPMode::ThreadSafe> Live;
	UPROPERTY(Transient)
	TObjectPtr<UAudioCapture> Microphone;

	/** The curve names for which ShownNames and HasMorph were computed. */
	std::vector<std::string> CurrentCurves;
	TArray<FName> ShownNames;
	std::vector<float> ShownValues;
	std::vector<float> ShownRest;
	/** Whether each curve has a morph target on Face. */
	TArray<bool> HasMorph;
};
