// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Components/ActorComponent.h"
#include "CoreMinimal.h"
#include "MetaFaceCore/FaceClock.h"
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

namespace MetaFaceCore
{
	struct FTake;
}

DECLARE_DYNAMIC_MULTICAST_DELEGATE(FMetaFaceEvent);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FMetaFaceFault, const FString&, Reason);

/**
 * Makes the actor's face talk: with a sound wave (Speak) or with sound as it comes (Start Listening and
 * Push Audio, or Start Microphone). Morph targets of the same names move by themselves; an animation
 * blueprint takes Get Curves into a Modify Curve node.
 */
UCLASS(ClassGroup = (MetaFace), meta = (BlueprintSpawnableComponent), HideCategories = (Collision, Cooking))
class METAFACERUNTIME_API UMetaFaceComponent : public UActorComponent
{
	GENERATED_BODY()

public:
	UMetaFaceComponent();
	virtual ~UMetaFaceComponent() override;

	/** Whose way of moving; without one, the average speaker's. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	TObjectPtr<UMetaFaceSpeaker> Speaker;

	/** How much of the speaker: 0 is the average, 1 they themselves, 2 exaggerates. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	float StyleStrength = 1.0f;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	FMetaFaceOptions Options;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	EMetaFaceCurveNames CurveNames = EMetaFaceCurveNames::LiveLink;

	/** The text of a rig map (metaface inspect --write-rig-map), for curve names of your own. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace", AdvancedDisplay, meta = (MultiLine = "true"))
	FString RigMapJson;

	/** Whether morph targets are set here. Off where an animation blueprint takes Get Curves. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "MetaFace")
	bool bDriveMorphTargets = true;

	/** The face; the actor's first skeletal mesh with fitting morph targets unless set. */
	UPROPERTY(BlueprintReadWrite, Category = "MetaFace")
	TObjectPtr<USkeletalMeshComponent> Face;

	/** Plays the sound of Speak; the actor's own audio component, or a new one, unless set. */
	UPROPERTY(BlueprintReadWrite, Category = "MetaFace")
	TObjectPtr<UAudioComponent> Voice;

	/** The sound begins, and the face with it. */
	UPROPERTY(BlueprintAssignable, Category = "MetaFace")
	FMetaFaceEvent OnStarted;

	/** The face is at rest again. */
	UPROPERTY(BlueprintAssignable, Category = "MetaFace")
	FMetaFaceEvent OnFinished;

	/** Why the face does not move, in words for people. */
	UPROPERTY(BlueprintAssignable, Category = "MetaFace")
	FMetaFaceFault OnFailed;

	/** Animates the sound on another thread, then plays it with the face. OnStarted tells when. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void Speak(USoundWave* Sound);

	/** Listens for Push Audio. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void StartListening();

	/** Listens to the system's default microphone. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void StartMicrophone();

	/** Interleaved samples, 1 being full scale; at once the face of what they say follows. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void PushAudio(const TArray<float>& Samples, int32 SampleRate, int32 Channels);

	/** Ends speaking and listening; the face goes to rest. */
	UFUNCTION(BlueprintCallable, Category = "MetaFace")
	void Silence();

	UFUNCTION(BlueprintPure, Category = "MetaFace")
	bool IsTalking() const;

	/** The face as it is now, for the Curve Map of a Modify Curve node. Angles are in radians. */
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
	/** Draws the face to rest by so much time; true once it is there. */
	bool Relax(float DeltaTime);
	/** Says whose curves Show is given, and where they rest. */
	void Follow(const std::vector<std::string>& Names, const std::vector<float>& Rest);
	void Show(const std::vector<float>& Values);
	void FindFace();
	void HearPlayback(const UAudioComponent* Playing, const USoundWave* Sound, const float Percent);

	/** Of what was asked for last: what comes late for something else is dropped. */
	uint32 Request = 0;
	EState State = EState::Resting;
	double Released = 0.0;

	std::shared_ptr<const MetaFaceCore::FTake> Spoken;
	MetaFaceCore::FFaceClock Clock;
	FDelegateHandle PlaybackHandle;

	TSharedPtr<FMetaFaceLiveSession, ESPMode::ThreadSafe> Live;
	UPROPERTY(Transient)
	TObjectPtr<UAudioCapture> Microphone;

	std::vector<std::string> Followed;
	TArray<FName> ShownNames;
	std::vector<float> ShownValues;
	std::vector<float> ShownRest;
	/** Where a curve has a morph target on Face. */
	TArray<bool> HasMorph;
};
