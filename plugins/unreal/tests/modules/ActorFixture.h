// Fixtures: sound waves, assets, and an actor with a face.
#pragma once

#include "Editor.h"
#include "Files.h"
#include "MetaFaceComponent.h"

inline FString Wide(const std::filesystem::path& Path) { return FString(ShimWide(Path.c_str()).c_str()); }
inline std::string Narrow(const FString& Text) { return ShimNarrow(*Text); }

/** A sound wave as after importing a WAV file. */
inline USoundWave* ImportedWave(const TCHAR* Package, const std::vector<uint8_t>& Pcm, uint32 Rate = 16000, uint16 Channels = 1)
{
	UPackage* Outer = CreatePackage(Package);
	USoundWave* Wave = NewObject<USoundWave>(Outer, *FPackageName::GetLongPackageAssetName(Package));
	for (const uint8_t Byte : Pcm)
	{
		Wave->Imported.Add(Byte);
	}
	Wave->Rate = Rate;
	Wave->Channels = Channels;
	Wave->Duration = float(double(Pcm.size()) / 2.0 / Channels / Rate);
	return Wave;
}

template <typename T>
T* Asset(const TCHAR* Package)
{
	UPackage* Outer = CreatePackage(Package);
	UObject* Existing = StaticFindObject(nullptr, Outer, *FPackageName::GetLongPackageAssetName(Package));
	return Existing != nullptr ? Cast<T>(Existing) : NewObject<T>(Outer, *FPackageName::GetLongPackageAssetName(Package));
}

/** An actor with a mesh of teeth without morph targets and a mesh of a face with two. */
struct FActorFixture
{
	FActorFixture()
	{
		Actor = NewObject<AActor>(nullptr, TEXT("Hero"));
		Teeth = Mesh({});
		Face = Mesh({TEXT("JawOpen"), TEXT("EyeBlinkLeft")});
		Component = NewObject<UMetaFaceComponent>(Actor);
		Component->RegisterComponent();
		Component->OnStarted.AddShim([this] { ++Started; });
		Component->OnFinished.AddShim([this] { ++Finished; });
		Component->OnFailed.AddShim([this](const FString& Reason) { Errors.push_back(Narrow(Reason)); });
		FShimLog::Lines.clear();
	}

	USkeletalMeshComponent* Mesh(const TArray<FName>& Morphs)
	{
		USkeletalMeshComponent* MeshComponent = NewObject<USkeletalMeshComponent>(Actor);
		MeshComponent->Mesh = NewObject<USkeletalMesh>(nullptr);
		MeshComponent->Mesh->Morphs = Morphs;
		MeshComponent->RegisterComponent();
		return MeshComponent;
	}

	void Tick(float Seconds = 1.0f / 60.0f) { Component->TickComponent(Seconds, LEVELTICK_All, nullptr); }

	/** Ticks until the condition holds, for at most ten seconds. */
	template <typename FunctionType>
	bool TickUntil(FunctionType Condition)
	{
		for (int Count = 0; Count < 2000 && !Condition(); ++Count)
		{
			Tick();
			FShimTasks::RunGameThread();
			std::this_thread::sleep_for(std::chrono::milliseconds(5));
		}
		return Condition();
	}

	AActor* Actor;
	USkeletalMeshComponent* Teeth;
	USkeletalMeshComponent* Face;
	UMetaFaceComponent* Component;
	int Started = 0;
	int Finished = 0;
	std::vector<std::string> Errors;
};
