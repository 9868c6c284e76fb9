// A stand-in for Unreal's CoreUObject for MetaFace's tests: see README.md.
#pragma once

#include "Core.h"

#define UCLASS(...)
#define USTRUCT(...)
#define UENUM(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
#define UMETA(...)
#define SHIM_COMBINE_INNER(A, B, C, D) A##B##C##D
#define SHIM_COMBINE(A, B, C, D) SHIM_COMBINE_INNER(A, B, C, D)
// Expands to the macro that the header's .generated.h defines for this line, as in the engine.
#define GENERATED_BODY(...) SHIM_COMBINE(CURRENT_FILE_ID, _, __LINE__, _GENERATED_BODY)
#define SHIM_CLASS(Class, Parent) \
public: \
	using Super = Parent; \
	using ThisClass = Class; \
	static UClass* StaticClass() \
	{ \
		static UClass* Made = new UClass(TEXT(#Class), Parent::StaticClass(), []() -> UObject* { return new Class; }); \
		static std::unique_ptr<UClass> Kept(Made); \
		return Made; \
	}
#define GET_MEMBER_NAME_CHECKED(Class, Member) ((void)sizeof(Class::Member), FName(TEXT(#Member)))

class UObject;
class UPackage;
class UClass;

enum EObjectFlags { RF_NoFlags = 0, RF_Public = 1, RF_Standalone = 2, RF_Transactional = 8 };
inline EObjectFlags operator|(EObjectFlags A, EObjectFlags B) { return EObjectFlags(int(A) | int(B)); }
enum ELoadFlags : uint32 { LOAD_None = 0, LOAD_NoWarn = 2, LOAD_Quiet = 4 };
enum ESaveFlags : uint32 { SAVE_None = 0, SAVE_NoError = 1 };

class UObject
{
public:
	virtual ~UObject() = default;
	static UClass* StaticClass();
	FString GetName() const { return Name; }
	FString GetPathName() const;
	UPackage* GetOutermost() const;
	void MarkPackageDirty();

	FString Name;
	UObject* Outer = nullptr;
	UClass* Class = nullptr;
};

struct FTopLevelAssetPath
{
	FString Path;
	bool operator==(const FTopLevelAssetPath&) const = default;
};

class UClass : public UObject
{
public:
	UClass(const TCHAR* InName, UClass* InParent, std::function<UObject*()> InMake) : Parent(InParent), Make(std::move(InMake)) { Name = InName; }
	bool IsChildOf(const UClass* Other) const { return this == Other || (Parent != nullptr && Parent->IsChildOf(Other)); }
	FTopLevelAssetPath GetClassPathName() const { return {Name}; }
	UClass* Parent;
	std::function<UObject*()> Make;
};
inline UClass* UObject::StaticClass()
{
	static UClass Made(TEXT("UObject"), nullptr, [] { return new UObject; });
	return &Made;
}

/** All objects. They are freed when the test program ends, not by garbage collection. */
struct FShimObjects
{
	static inline std::vector<std::unique_ptr<UObject>> All;
	static UObject* Find(const UObject* Outer, const FString& Name);
	static UObject* FindByPath(const FString& Path);
	static UObject* Keep(UObject* Made, UObject* Outer, UClass* Class, const FString& Name);
};

template <typename T> const T* Cast(const UObject* Object)
{
	const bool bFits = Object != nullptr && Object->Class != nullptr && Object->Class->IsChildOf(T::StaticClass());
	return bFits ? static_cast<const T*>(Object) : nullptr;
}
template <typename T> T* Cast(UObject* Object) { return const_cast<T*>(Cast<T>(static_cast<const UObject*>(Object))); }

template <typename T>
T* NewObject(UObject* Outer, UClass* Class, FName Name, EObjectFlags = RF_NoFlags)
{
	return static_cast<T*>(FShimObjects::Keep(Class->Make(), Outer, Class, Name.ToString()));
}
template <typename T>
T* NewObject(UObject* Outer, FName Name = NAME_None, EObjectFlags Flags = RF_NoFlags)
{
	return NewObject<T>(Outer, T::StaticClass(), Name, Flags);
}
template <typename T> const T* GetDefault()
{
	static T* Default = NewObject<T>(nullptr);
	return Default;
}
template <typename T> T* GetMutableDefault() { return const_cast<T*>(GetDefault<T>()); }

template <typename T>
class TObjectPtr
{
public:
	TObjectPtr(T* InPointer = nullptr) : Pointer(InPointer) {}
	operator T*() const { return Pointer; }
	T* operator->() const { return Pointer; }
	T* Get() const { return Pointer; }

private:
	T* Pointer;
};
template <typename T>
class TWeakObjectPtr
{
public:
	explicit TWeakObjectPtr(T* InPointer) : Pointer(InPointer) {}
	T* Get() const
	{
		const auto IsAlive = [this](const auto& Object) { return Object.get() == static_cast<const UObject*>(Pointer); };
		return std::any_of(FShimObjects::All.begin(), FShimObjects::All.end(), IsAlive) ? Pointer : nullptr;
	}

private:
	T* Pointer;
};
template <typename T>
class TStrongObjectPtr
{
public:
	explicit TStrongObjectPtr(T* InPointer = nullptr) : Pointer(InPointer) {}
	bool IsValid() const { return Pointer != nullptr; }
	T* Get() const { return Pointer; }
	T* operator->() const { return Pointer; }

private:
	T* Pointer;
};
template <typename T>
class TSoftObjectPtr
{
public:
	TSoftObjectPtr() = default;
	TSoftObjectPtr(T* InPointer) : Pointer(InPointer), Path(InPointer ? InPointer->GetPathName() : FString()) {}
	T* LoadSynchronous() const { return Pointer; }
	bool IsNull() const { return Path.IsEmpty(); }
	const FString& ToString() const { return Path; }
	T* Pointer = nullptr;
	FString Path;
};
template <typename T>
class TSoftClassPtr
{
public:
	TSoftClassPtr(UClass* InClass) : Class(InClass) {}
	UClass* Class;
};

struct FSavePackageArgs
{
	EObjectFlags TopLevelFlags = RF_NoFlags;
	uint32 SaveFlags = SAVE_None;
};
class UPackage : public UObject
{
	SHIM_CLASS(UPackage, UObject)
public:
	void FullyLoad() {}
	bool bDirty = false;
	static inline std::vector<std::string> Saved;
	static inline bool bDiskIsFull = false;
	static bool SavePackage(UPackage* Package, UObject* Asset, const TCHAR* Filename, const FSavePackageArgs& Arguments);
};
UPackage* CreatePackage(const TCHAR* Name);
UPackage* FindPackage(UObject* Outer, const TCHAR* Name);
UPackage* GetTransientPackage();
UObject* StaticFindObject(UClass* Class, UObject* Outer, const TCHAR* Name);
template <typename T>
T* LoadObject(UObject*, const TCHAR* Path, const TCHAR* = nullptr, uint32 = LOAD_None)
{
	return Cast<T>(FShimObjects::FindByPath(Path));
}
inline void CollectGarbage(EObjectFlags) {}
inline bool bShimExitRequested = false;
inline bool IsEngineExitRequested() { return bShimExitRequested; }
inline bool IsRunningCommandlet() { return false; }

struct FPackageName
{
	static bool IsValidLongPackageName(const FString& Name, bool, FText* Reason);
	static bool DoesPackageExist(const FString& Name) { return FindPackage(nullptr, *Name) != nullptr; }
	static FString GetLongPackageAssetName(const FString& Name);
	static FString GetLongPackagePath(const FString& Name);
	static FString ObjectPathToPackageName(const FString& Path);
	static FString LongPackageNameToFilename(const FString& Name, const FString& Ending) { return Name + Ending; }
	static FString GetAssetPackageExtension() { return TEXT(".uasset"); }
};

class IModuleInterface
{
public:
	virtual ~IModuleInterface() = default;
	virtual void StartupModule() {}
	virtual void ShutdownModule() {}
};
class FDefaultModuleImpl : public IModuleInterface {};
#define IMPLEMENT_MODULE(Class, Name) std::unique_ptr<IModuleInterface> ShimModule_##Name() { return std::make_unique<Class>(); }
struct FModuleManager
{
	template <typename T> static T& LoadModuleChecked(const FName&)
	{
		static T Module;
		return Module;
	}
};

struct FAssetData
{
	UObject* Object = nullptr;
	std::map<FName, FString> Tags;
	FString GetObjectPathString() const { return Object->GetPathName(); }
	bool GetTagValue(const FName& Tag, FString& Out) const
	{
		const auto Found = Tags.find(Tag);
		return Found != Tags.end() && (Out = Found->second, true);
	}
};
struct FARFilter
{
	TArray<FTopLevelAssetPath> ClassPaths;
	TArray<FName> PackagePaths;
	bool bRecursivePaths = false;
};
class IAssetRegistry
{
public:
	void SearchAllAssets(bool) {}
	bool GetAssets(const FARFilter& Filter, TArray<FAssetData>& Out) const;
};
class FAssetRegistryModule : public IModuleInterface
{
public:
	IAssetRegistry& Get() { return Registry; }
	static void AssetCreated(UObject*) {}

private:
	IAssetRegistry Registry;
};
