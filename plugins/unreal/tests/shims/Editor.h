// A stand-in for Unreal's editor modules for MetaFace's tests: see README.md.
#pragma once

#include "Engine.h"

class UDeveloperSettings : public UObject
{
	SHIM_CLASS(UDeveloperSettings, UObject)
public:
	virtual FName GetCategoryName() const { return NAME_None; }
};
class FFeedbackContext
{
public:
	template <size_t N, typename... T>
	void Logf(ELogVerbosity::Type Verbosity, const TCHAR (&Format)[N], T... Values)
	{
		FShimLog::Lines.emplace_back(Verbosity, ShimNarrow(*FString::Printf(Format, Values...)));
	}
};
class UFactory : public UObject
{
	SHIM_CLASS(UFactory, UObject)
public:
	virtual bool FactoryCanImport(const FString&) { return false; }
	virtual UObject* FactoryCreateFile(UClass*, UObject*, FName, EObjectFlags, const FString&, const TCHAR*, FFeedbackContext*, bool&) { return nullptr; }
	static constexpr int32 DefaultImportPriority = 100;
	UClass* SupportedClass = nullptr;
	bool bCreateNew = true, bEditorImport = false;
	TArray<FString> Formats;
	int32 ImportPriority = DefaultImportPriority;
};
namespace EReimportResult
{
	enum Type { Failed, Succeeded, Cancelled };
}
class FReimportHandler
{
public:
	virtual ~FReimportHandler() = default;
	virtual bool CanReimport(UObject* Obj, TArray<FString>& OutFilenames) = 0;
	virtual void SetReimportPaths(UObject* Obj, const TArray<FString>& NewReimportPaths) = 0;
	virtual EReimportResult::Type Reimport(UObject* Obj) = 0;
	virtual int32 GetPriority() const { return 0; }
};

struct FAssetCategoryPath
{
	FString Name;
};
struct EAssetCategoryPaths
{
	static inline const FAssetCategoryPath Animation{TEXT("Animation")};
};
class UAssetDefinitionDefault : public UObject
{
	SHIM_CLASS(UAssetDefinitionDefault, UObject)
	virtual FText GetAssetDisplayName() const { return FText(); }
	virtual FLinearColor GetAssetColor() const { return FLinearColor(FColor(0, 0, 0)); }
	virtual TSoftClassPtr<UObject> GetAssetClass() const { return nullptr; }
	virtual TConstArrayView<FAssetCategoryPath> GetAssetCategories() const
	{
		static const FAssetCategoryPath Empty[] = {{}};
		return Empty;
	}
	virtual FText GetAssetDescription(const FAssetData&) const { return FText(); }
	virtual bool CanImport() const { return false; }
};

namespace EMessageSeverity
{
	enum Type { Error, Warning, Info };
}
class FMessageLog
{
public:
	explicit FMessageLog(const FName&) {}
	void NewPage(const FText&) { Errors = Warnings = {}; Last = {}; }
	void Error(const FText& String) { Errors.push_back(ShimNarrow(*String.ToString())); }
	void Warning(const FText& String) { Warnings.push_back(ShimNarrow(*String.ToString())); }
	void Info(const FText& String) { Last = ShimNarrow(*String.ToString()); }
	void Open(EMessageSeverity::Type, bool = false) { ++Opened; }
	static inline std::vector<std::string> Errors, Warnings;
	static inline std::string Last;
	static inline int Opened = 0;
};
struct FMessageLogInitializationOptions
{
	bool bShowPages = false;
};
class FMessageLogModule : public IModuleInterface
{
public:
	void RegisterLogListing(const FName&, const FText&, const FMessageLogInitializationOptions&) {}
};
class FScopedSlowTask
{
public:
	FScopedSlowTask(float, const FText&) {}
	void MakeDialog(bool) {}
	void EnterProgressFrame(float, const FText&) { ++Frames; }
	bool ShouldCancel() const { return CancelAt >= 0 && Frames >= CancelAt; }
	static inline int CancelAt = -1;

private:
	int Frames = 0;
};

class UContentBrowserAssetContextMenuContext;
struct FToolMenuContext
{
	const UContentBrowserAssetContextMenuContext* Browser = nullptr;
};
class UContentBrowserAssetContextMenuContext : public UObject
{
	SHIM_CLASS(UContentBrowserAssetContextMenuContext, UObject)
public:
	static const UContentBrowserAssetContextMenuContext* FindContextWithAssets(const FToolMenuContext& Context) { return Context.Browser; }
	template <typename T> TArray<T*> LoadSelectedObjects() const
	{
		TArray<T*> Objects;
		for (UObject* Object : Selected)
		{
			if (T* Match = Cast<T>(Object)) Objects.Add(Match);
		}
		return Objects;
	}
	std::vector<UObject*> Selected;
};
struct FToolMenuExecuteAction
{
	static FToolMenuExecuteAction CreateStatic(void (*Function)(const FToolMenuContext&)) { return {Function}; }
	std::function<void(const FToolMenuContext&)> Call;
};
struct FToolUIAction
{
	FToolMenuExecuteAction ExecuteAction;
};
struct FSlateIcon
{
	FSlateIcon(const FName&, const FName&) {}
};
struct FToolMenuSection;
struct FNewToolMenuSectionDelegate
{
	static FNewToolMenuSectionDelegate CreateStatic(void (*Function)(FToolMenuSection&)) { return {Function}; }
	std::function<void(FToolMenuSection&)> Call;
};
struct FToolMenuSection
{
	void AddDynamicEntry(const FName&, const FNewToolMenuSectionDelegate& Fill) { Dynamic.push_back(Fill); }
	void AddMenuEntry(const FName& Name, const FText&, const FText&, const FSlateIcon&, const FToolUIAction& Action) { Entries[Name] = Action; }
	std::vector<FNewToolMenuSectionDelegate> Dynamic;
	std::map<FName, FToolUIAction> Entries;
};
class UToolMenu : public UObject
{
	SHIM_CLASS(UToolMenu, UObject)
public:
	FToolMenuSection& FindOrAddSection(const FName& Name) { return Sections[Name]; }
	std::map<FName, FToolMenuSection> Sections;
};
namespace UE::ContentBrowser
{
	UToolMenu* ExtendToolMenu_AssetContextMenu(UClass* Class);
}
struct UToolMenus
{
	static void RegisterStartupCallback(const FSimpleMulticastDelegate::FDelegate& Callback) { Callback.Call(); }
	static void UnRegisterStartupCallback(const void*) {}
	static void UnregisterOwner(const void*) {}
};
struct FToolMenuOwnerScoped
{
	explicit FToolMenuOwnerScoped(const void*) {}
};

class FSlateImageBrush
{
public:
	FSlateImageBrush(const FString& InFile, const FVector2D&) : File(InFile) {}
	FString File;
};
class FSlateStyleSet
{
public:
	explicit FSlateStyleSet(const FName&) {}
	void Set(const FName& Name, FSlateImageBrush* Brush) { Brushes[Name].reset(Brush); }
	std::map<FName, std::unique_ptr<FSlateImageBrush>> Brushes;
};
struct FSlateStyleRegistry
{
	static void RegisterSlateStyle(const FSlateStyleSet& Style) { for (const auto& Brush : Style.Brushes) Files.push_back(ShimNarrow(*Brush.second->File)); }
	static void UnRegisterSlateStyle(const FSlateStyleSet&) { Files.clear(); }
	static inline std::vector<std::string> Files;
};
class IPlugin
{
public:
	FString GetBaseDir() const { return FString(ShimWide(SHIM_PLUGIN).c_str()); }
};
class IPluginManager
{
public:
	static IPluginManager& Get() { static IPluginManager Manager; return Manager; }
	TSharedPtr<IPlugin> FindPlugin(const FString&) { return MakeShared<IPlugin>(); }
};
