// A stand-in for Unreal's Engine and AudioCapture for MetaFace's tests: see README.md.
#pragma once

#include "Object.h"

enum ELevelTick { LEVELTICK_All };
enum ETickingGroup { TG_PrePhysics };
namespace EEndPlayReason
{
	enum Type { Destroyed };
}
struct FActorComponentTickFunction
{
	bool bCanEverTick = false;
	ETickingGroup TickGroup = TG_PrePhysics;
};
class AActor;
class UActorComponent : public UObject
{
	SHIM_CLASS(UActorComponent, UObject)
public:
	AActor* GetOwner() const;
	virtual void TickComponent(float, ELevelTick, FActorComponentTickFunction*) {}
	virtual void EndPlay(const EEndPlayReason::Type) {}
	void RegisterComponent();
	bool bAutoActivate = true;
	FActorComponentTickFunction PrimaryComponentTick;
};
class USceneComponent : public UActorComponent
{
	SHIM_CLASS(USceneComponent, UActorComponent)
public:
	void SetupAttachment(USceneComponent*) {}
};
class AActor : public UObject
{
	SHIM_CLASS(AActor, UObject)
public:
	template <typename T> T* FindComponentByClass() const
	{
		TArray<T*> Found;
		GetComponents(Found);
		return Found.IsEmpty() ? nullptr : Found[0];
	}
	template <typename T> void GetComponents(TArray<T*>& Out) const
	{
		for (UActorComponent* Component : Components)
		{
			if (T* Match = Cast<T>(Component)) Out.Add(Match);
		}
	}
	USceneComponent* GetRootComponent() const { return nullptr; }
	std::vector<UActorComponent*> Components;
};
inline AActor* UActorComponent::GetOwner() const { return Cast<AActor>(Outer); }
inline void UActorComponent::RegisterComponent() { GetOwner()->Components.push_back(this); }

class FSoundWaveProxy
{
public:
	std::vector<float> Samples;
	float Rate = 0.0f;
	int32 Channels = 0;
	/** The frame at which the decoder fails; -1 if it never fails. */
	int32 FailsAtFrame = -1;
};
using FSoundWaveProxyPtr = TSharedPtr<FSoundWaveProxy, ESPMode::ThreadSafe>;
using FSoundWaveProxyRef = TSharedRef<FSoundWaveProxy, ESPMode::ThreadSafe>;
namespace Audio
{
	using FAlignedFloatBuffer = TArray<float>;
}
class FSoundWaveProxyReader
{
public:
	struct FSettings
	{
		uint32 MaxDecodeSizeInFrames = 1024;
	};
	static TUniquePtr<FSoundWaveProxyReader> Create(FSoundWaveProxyRef Proxy, const FSettings&);
	int32 PopAudio(Audio::FAlignedFloatBuffer& Out);
	float GetSampleRate() const { return Proxy->Rate; }
	int32 GetNumChannels() const { return Proxy->Channels; }
	int32 GetNumFramesInWave() const { return int32(Proxy->Samples.size()) / Proxy->Channels; }
	bool HasFailed() const { return bFailed; }

private:
	FSoundWaveProxyRef Proxy;
	size_t At = 0;
	bool bFailed = false;
};
class USoundBase : public UObject
{
	SHIM_CLASS(USoundBase, UObject)
};
class USoundWave : public USoundBase
{
	SHIM_CLASS(USoundWave, USoundBase)
public:
	bool GetImportedSoundWaveData(TArray<uint8>& OutRawPCMData, uint32& OutSampleRate, uint16& OutNumChannels) const;
	FSoundWaveProxyPtr CreateSoundWaveProxy() { return Cooked; }
	float GetDuration() const { return Duration; }
	TArray<uint8> Imported;
	uint32 Rate = 0;
	uint16 Channels = 1;
	FSoundWaveProxyPtr Cooked;
	float Duration = 0.0f;
};
class UAudioComponent : public USceneComponent
{
	SHIM_CLASS(UAudioComponent, USceneComponent)
public:
	void SetSound(USoundBase* NewSound) { Sound = NewSound; }
	void Play(float = 0.0f) { bPlaying = true; }
	void Stop() { bPlaying = false; }
	TShimMulticast<const UAudioComponent*, const USoundWave*, const float> OnAudioPlaybackPercentNative;
	USoundBase* Sound = nullptr;
	bool bPlaying = false;
};
class UMorphTarget : public UObject
{
	SHIM_CLASS(UMorphTarget, UObject)
};
class USkeletalMesh : public UObject
{
	SHIM_CLASS(USkeletalMesh, UObject)
public:
	UMorphTarget* FindMorphTarget(FName Name) const
	{
		static UMorphTarget Any;
		return Morphs.Contains(Name) ? &Any : nullptr;
	}
	TArray<FName> Morphs;
};
class USkeletalMeshComponent : public USceneComponent
{
	SHIM_CLASS(USkeletalMeshComponent, USceneComponent)
public:
	USkeletalMesh* GetSkeletalMeshAsset() const { return Mesh; }
	void SetMorphTarget(FName Name, float Value, bool = true) { Weights[Name] = Value; }
	USkeletalMesh* Mesh = nullptr;
	std::map<FName, float> Weights;
};
class UAudioCapture : public UObject
{
	SHIM_CLASS(UAudioCapture, UObject)
public:
	bool OpenDefaultAudioStream() { return bHasMicrophone; }
	int32 GetSampleRate() const { return 48000; }
	int32 GetNumChannels() const { return 2; }
	void AddGeneratorDelegate(std::function<void(const float*, int32)> Callback) { Generator = std::move(Callback); }
	void StartCapturingAudio() { bCapturing = true; }
	void StopCapturingAudio() { bCapturing = false; }
	static inline bool bHasMicrophone = true;
	static inline std::function<void(const float*, int32)> Generator;
	bool bCapturing = false;
};

class USkeleton : public UObject
{
	SHIM_CLASS(USkeleton, UObject)
};
class UAnimMetaData : public UObject
{
	SHIM_CLASS(UAnimMetaData, UObject)
};
enum class ERawCurveTrackTypes : uint8 { RCT_Float };
enum EAnimAssetCurveFlags { AACF_DefaultCurve = 4 };
enum ERichCurveInterpMode { RCIM_Linear, RCIM_Cubic };
struct FRichCurveKey
{
	FRichCurveKey(float InTime, float InValue) : Time(InTime), Value(InValue) {}
	ERichCurveInterpMode InterpMode = RCIM_Cubic;
	float Time;
	float Value;
};
struct FAnimationCurveIdentifier
{
	FAnimationCurveIdentifier(const FName& InName, ERawCurveTrackTypes) : Name(InName) {}
	FName Name;
};
struct FFloatCurve
{
	TArray<FRichCurveKey> Keys;
};
class IAnimationDataModel
{
public:
	const FFloatCurve* FindFloatCurve(const FAnimationCurveIdentifier& Id) const
	{
		const auto Found = Curves.find(Id.Name);
		return Found == Curves.end() ? nullptr : &Found->second;
	}
	std::map<FName, FFloatCurve> Curves;
	FFrameRate Rate;
	int32 Frames = 0;
	bool bInitialized = false;
	bool bPopulated = false;
	int32 Brackets = 0;
};
class IAnimationDataController
{
public:
	class FScopedBracket
	{
	public:
		FScopedBracket(IAnimationDataController& InController, const FText&, bool = true) : Controller(InController) { ++Controller.Model.Brackets; }
		~FScopedBracket() { --Controller.Model.Brackets; }

	private:
		IAnimationDataController& Controller;
	};
	void InitializeModel() { Model.bInitialized = true; }
	void SetFrameRate(FFrameRate Rate, bool = true) { Model.Rate = Rate; }
	void SetNumberOfFrames(FFrameNumber Frames, bool = true) { Model.Frames = Frames.Value; }
	bool AddCurve(const FAnimationCurveIdentifier& Id, int32 = AACF_DefaultCurve, bool = true) { return Model.bInitialized && Model.Curves.emplace(Id.Name, FFloatCurve()).second; }
	bool RemoveCurve(const FAnimationCurveIdentifier& Id, bool = true) { return Model.Curves.erase(Id.Name) == 1; }
	bool SetCurveKeys(const FAnimationCurveIdentifier& Id, const TArray<FRichCurveKey>& Keys, bool = true)
	{
		if (Model.Brackets == 0 || !Model.Curves.count(Id.Name)) std::abort();
		Model.Curves[Id.Name].Keys = Keys;
		return true;
	}
	void NotifyPopulated() { Model.bPopulated = true; }
	IAnimationDataModel Model;
};
class UAnimSequence : public UObject
{
	SHIM_CLASS(UAnimSequence, UObject)
public:
	IAnimationDataController& GetController() { return Controller; }
	IAnimationDataModel* GetDataModel() { return &Controller.Model; }
	void SetSkeleton(USkeleton* NewSkeleton) { Skeleton = NewSkeleton; }
	USkeleton* GetSkeleton() const { return Skeleton; }
	const TArray<UAnimMetaData*>& GetMetaData() const { return MetaData; }
	void AddMetaData(UAnimMetaData* Data) { MetaData.Add(Data); }

private:
	USkeleton* Skeleton = nullptr;
	TArray<UAnimMetaData*> MetaData;
	IAnimationDataController Controller;
};

class UCommandlet : public UObject
{
	SHIM_CLASS(UCommandlet, UObject)
public:
	virtual int32 Main(const FString&) { return 0; }
	bool IsServer = true, IsClient = true, IsEditor = true, LogToConsole = false, ShowErrorCount = true, UseCommandletResultAsExitCode = false;
	FString HelpDescription;
	FString HelpUsage;
};
class UAssetImportData : public UObject
{
	SHIM_CLASS(UAssetImportData, UObject)
public:
	void Update(const FString& Filename) { Source = Filename; }
	void UpdateFilenameOnly(const FString& Filename) { Source = Filename; }
	FString GetFirstFilename() const { return Source; }
	void ExtractFilenames(TArray<FString>& Out) const { Out.Add(Source); }
	FString Source;
};
struct FFilePath
{
	FString FilePath;
};
