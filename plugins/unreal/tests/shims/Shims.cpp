// Definitions of the stand-ins: see README.md.
#include <codecvt>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <locale>

#include "Editor.h"

namespace
{
	std::wstring_convert<std::codecvt_utf8_utf16<char16_t>, char16_t>& Converter()
	{
		static thread_local std::wstring_convert<std::codecvt_utf8_utf16<char16_t>, char16_t> Made;
		return Made;
	}
}

std::string ShimNarrow(const TCHAR* Wide) { return Converter().to_bytes(Wide); }
std::u16string ShimWide(const char* Narrow) { return Converter().from_bytes(Narrow); }

bool FFileHelper::LoadFileToString(FString& Out, const TCHAR* File)
{
	std::ifstream Reader(std::filesystem::path(File), std::ios::binary);
	const std::string String{std::istreambuf_iterator<char>(Reader), {}};
	Out = FString(ShimWide(String.c_str()).c_str());
	return bool(Reader);
}

void AsyncTask(ENamedThreads::Type Thread, std::function<void()> Task)
{
	if (Thread == ENamedThreads::GameThread)
	{
		std::lock_guard Guard(FShimTasks::Lock);
		FShimTasks::Game.push_back(std::move(Task));
		return;
	}
	++FShimTasks::Running;
	std::thread([Task = std::move(Task)]() mutable {
		Task();
		Task = nullptr;
		--FShimTasks::Running;
	}).detach();
}

void FShimTasks::RunGameThread()
{
	for (;;)
	{
		std::function<void()> Task;
		{
			std::lock_guard Guard(Lock);
			if (Game.empty()) return;
			Task = std::move(Game.front());
			Game.pop_front();
		}
		Task();
	}
}

void FShimTasks::Settle()
{
	while (Running > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
	RunGameThread();
	if (Running > 0) Settle();
}

FString UObject::GetPathName() const
{
	return Outer == nullptr ? Name : Outer->GetPathName() + (Cast<UPackage>(Outer) != nullptr ? TEXT(".") : TEXT(":")) + Name;
}

UPackage* UObject::GetOutermost() const
{
	UObject* Top = const_cast<UObject*>(this);
	while (Top->Outer != nullptr) Top = Top->Outer;
	return Cast<UPackage>(Top);
}

void UObject::MarkPackageDirty()
{
	if (UPackage* Package = GetOutermost()) Package->bDirty = true;
}

UObject* FShimObjects::Find(const UObject* Outer, const FString& Name)
{
	for (const auto& Object : All)
	{
		if (Object->Outer == Outer && Object->Name == Name) return Object.get();
	}
	return nullptr;
}

UObject* FShimObjects::FindByPath(const FString& Path)
{
	for (const auto& Object : All)
	{
		if (Object->Outer != nullptr && Object->GetPathName() == Path) return Object.get();
	}
	return nullptr;
}

UObject* FShimObjects::Keep(UObject* Made, UObject* Outer, UClass* Class, const FString& Name)
{
	Made->Outer = Outer;
	Made->Class = Class;
	Made->Name = Name.IsEmpty() ? FString::Printf(TEXT("%s_%d"), *Class->Name, int32(All.size())) : Name;
	All.emplace_back(Made);
	return Made;
}

UPackage* CreatePackage(const TCHAR* Name)
{
	UPackage* Existing = FindPackage(nullptr, Name);
	return Existing != nullptr ? Existing : NewObject<UPackage>(nullptr, Name);
}
UPackage* FindPackage(UObject*, const TCHAR* Name) { return Cast<UPackage>(FShimObjects::Find(nullptr, Name)); }
UPackage* GetTransientPackage() { return CreatePackage(TEXT("/Engine/Transient")); }
UObject* StaticFindObject(UClass*, UObject* Outer, const TCHAR* Name) { return FShimObjects::Find(Outer, Name); }

bool UPackage::SavePackage(UPackage* Package, UObject* Asset, const TCHAR* Filename, const FSavePackageArgs&)
{
	if (bDiskIsFull || Asset->GetOutermost() != Package) return false;
	Saved.push_back(ShimNarrow(Filename));
	Package->bDirty = false;
	return true;
}

bool FPackageName::IsValidLongPackageName(const FString& Name, bool, FText* Reason)
{
	const std::string Narrow = ShimNarrow(*Name);
	const bool bValid = Narrow.size() > 4 && Narrow[0] == '/' && Narrow.find("//") == Narrow.npos && Narrow.find_first_of(" \\:*?\"<>|.") == Narrow.npos;
	if (!bValid && Reason != nullptr) *Reason = FText::FromString(TEXT("not a long package name"));
	return bValid;
}
FString FPackageName::GetLongPackageAssetName(const FString& Name)
{
	const std::string Narrow = ShimNarrow(*Name);
	return FString(ShimWide(Narrow.substr(Narrow.rfind('/') + 1).c_str()).c_str());
}
FString FPackageName::GetLongPackagePath(const FString& Name)
{
	const std::string Narrow = ShimNarrow(*Name);
	return FString(ShimWide(Narrow.substr(0, Narrow.rfind('/')).c_str()).c_str());
}
FString FPackageName::ObjectPathToPackageName(const FString& Path)
{
	const std::string Narrow = ShimNarrow(*Path);
	return FString(ShimWide(Narrow.substr(0, Narrow.find('.')).c_str()).c_str());
}

bool IAssetRegistry::GetAssets(const FARFilter& Filter, TArray<FAssetData>& Out) const
{
	for (const auto& Object : FShimObjects::All)
	{
		if (Object->Outer == nullptr || Object->Class == nullptr || !Filter.ClassPaths.Contains(Object->Class->GetClassPathName())) continue;
		const std::string Package = ShimNarrow(*Object->GetOutermost()->GetName());
		for (const FName& Path : Filter.PackagePaths)
		{
			if (Package.rfind(ShimNarrow(*Path.ToString()) + "/", 0) == 0) Out.Add(FAssetData{Object.get(), {}});
		}
	}
	return true;
}

TUniquePtr<FSoundWaveProxyReader> FSoundWaveProxyReader::Create(FSoundWaveProxyRef InProxy, const FSettings&)
{
	if (InProxy->Rate <= 0.0f || InProxy->Channels <= 0) return {};
	TUniquePtr<FSoundWaveProxyReader> Reader(new FSoundWaveProxyReader);
	Reader->Proxy = InProxy;
	return Reader;
}

int32 FSoundWaveProxyReader::PopAudio(Audio::FAlignedFloatBuffer& Out)
{
	const size_t Room = size_t(Out.Num());
	bFailed = Proxy->FailsAtFrame >= 0 && At / size_t(Proxy->Channels) >= size_t(Proxy->FailsAtFrame);
	const size_t Count = bFailed ? 0 : std::min(Room, Proxy->Samples.size() - At);
	std::copy_n(Proxy->Samples.data() + At, Count, Out.GetData());
	At += Count;
	return int32(Count);
}

bool USoundWave::GetImportedSoundWaveData(TArray<uint8>& OutRawPCMData, uint32& OutSampleRate, uint16& OutNumChannels) const
{
	OutRawPCMData = Imported;
	OutSampleRate = Rate;
	OutNumChannels = Channels;
	return !Imported.IsEmpty();
}

UToolMenu* UE::ContentBrowser::ExtendToolMenu_AssetContextMenu(UClass*)
{
	static UToolMenu* Menu = NewObject<UToolMenu>(nullptr);
	return Menu;
}
