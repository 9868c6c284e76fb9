"""Commands, their arguments, time."""

from model import units
from model.graph import Current


class MTime:
    """A time, in ticks."""

    def __init__(self, value=1.0, unit=None):
        name = units.UNITS[unit] if unit is not None else Current.scene.settings["time"]
        self.ticks = units.ticks(value, name)

    def asUnits(self, unit):
        """As frames of a unit."""
        return units.frames(self.ticks, units.UNITS[unit])

    @staticmethod
    def uiUnit():
        """What the scene counts in."""
        return units.UNITS.index(Current.scene.settings["time"])


class MTimeArray(list):
    """Times."""


class MDoubleArray(list):
    """Numbers."""


class MFn:
    """Types."""

    kMeshVertComponent = 551


class MFnSingleIndexedComponent:
    """Vertices."""

    def create(self, kind):
        """All of them, once `setCompleteData` said so."""
        return self

    def setCompleteData(self, count):
        """How many there are."""
        self.count = count


class MObject:
    """A handle."""


class MSelectionList:
    """Names, checked."""

    def __init__(self):
        self._nodes = []

    def add(self, name):
        """By name."""
        try:
            self._nodes.append(Current.scene.node(name))
        except ValueError as error:
            raise RuntimeError("(kInvalidParameter): Object does not exist") from error

    def getDependNode(self, index):
        """The node."""
        return self._nodes[index]

    def getDagPath(self, index):
        """Its path."""
        return self._nodes[index]

    def getSelectionStrings(self):
        """Their names."""
        return tuple(Current.scene.short(node) for node in self._nodes)


class MGlobal:
    """What is told to the user."""

    told = []

    @classmethod
    def displayInfo(cls, text):
        """In the help line."""
        cls.told.append(("info", text))

    @classmethod
    def displayWarning(cls, text):
        """In purple."""
        cls.told.append(("warning", text))


    @classmethod
    def displayError(cls, text):
        """In red."""
        cls.told.append(("error", text))


class MSyntax:
    """Flags and objects of a command."""

    kNoArg, kString, kDouble, kLong, kBoolean, kTime, kSelectionList = range(1, 8)
    _ACCEPTS = {kString: (str,), kDouble: (int, float), kLong: (int,), kBoolean: (bool, int), kTime: (int, float)}

    def __init__(self):
        self.flags, self.multi, self.arguments = {}, set(), []
        self.enableQuery = self.enableEdit = False

    def addFlag(self, short, long, *types):
        """Names with a dash; at most one argument here."""
        if len(short) > 4 or len(long) < 5:
            raise RuntimeError(f"Maya wants up to 3 letters in a short flag and 4 or more in a long one: {short} {long}")
        taken = {name for pair in self.flags.values() for name in pair[:2]}
        if {short, long} & taken or {short, long} & {"-q", "-e", "-query", "-edit"}:
            raise RuntimeError(f"The flag is there already: {short} {long}")
        self.flags[short] = (short, long, types[0] if types and types[0] != self.kNoArg else None)

    def makeFlagMultiUse(self, short):
        """It may be repeated."""
        self.multi.add(short)

    def addArg(self, kind):
        """An argument without a flag."""
        self.arguments.append(kind)

    def setObjectType(self, kind, least=0, most=None):
        """Selection lists alone here."""

    def useSelectionAsDefault(self, use):
        """As the plug-in does."""

    def check(self, short, value):
        """Maya refuses what is not of a flag's type."""
        kind = self.flags[short][2]
        values = value if short in self.multi and isinstance(value, (list, tuple)) else [value]
        for one in values:
            if kind is not None and not isinstance(one, self._ACCEPTS[kind]):
                raise TypeError(f"Invalid arguments for flag '{short}': {one!r}")


class MArgList:
    """What was typed."""

    def __init__(self, positional, named, query):
        self.positional, self.named, self.query = positional, named, query

    def asInt(self, index):
        """A number."""
        return int(self.positional[index])

    def asString(self, index):
        """A word."""
        return str(self.positional[index])


class MArgDatabase:
    """What was typed, by flag."""

    def __init__(self, syntax, arguments):
        self._syntax, self._arguments = syntax, arguments
        self.isQuery = arguments.query

    def isFlagSet(self, flag):
        """Whether it was."""
        return flag in self._arguments.named

    def numberOfFlagUses(self, flag):
        """How often."""
        return len(self._every(flag))

    def getFlagArgumentList(self, flag, index):
        """One of several."""
        return MArgList([self._every(flag)[index]], {}, False)

    def flagArgumentString(self, flag, index):
        """A word."""
        return str(self._arguments.named[flag])

    def flagArgumentDouble(self, flag, index):
        """A number."""
        return float(self._arguments.named[flag])

    def flagArgumentInt(self, flag, index):
        """A whole number."""
        return int(self._arguments.named[flag])

    def flagArgumentBool(self, flag, index):
        """Yes or no."""
        return bool(self._arguments.named[flag])

    def flagArgumentMTime(self, flag, index):
        """A time, typed in the scene's unit."""
        return MTime(self._arguments.named[flag], MTime.uiUnit())

    def getObjectList(self):
        """Named, or selected."""
        found = MSelectionList()
        for name in self._arguments.positional or Current.scene.selection:
            for one in [name] if isinstance(name, str) else name:
                found.add(one)
        return found

    def _every(self, flag):
        value = self._arguments.named[flag]
        return list(value) if isinstance(value, (list, tuple)) else [value]


class MPxCommand:
    """A plug-in's command."""

    _result = None

    def setResult(self, value):
        """What the caller gets: of an empty list Maya cannot tell the type."""
        if not isinstance(value, (str, int, float)) and not value:
            raise TypeError("an empty result")
        self._result = value

    def clearResult(self):
        """None."""
        self._result = None

    def isUndoable(self):
        """Not unless said."""
        return False


COMMANDS = {}


class MFnPlugin:
    """Registers commands."""

    def __init__(self, plugin, vendor="", version=""):
        pass

    def registerCommand(self, name, creator, syntax=None):
        """By name."""
        COMMANDS[name] = (creator, syntax() if syntax else MSyntax())

    def deregisterCommand(self, name):
        """And away."""
        del COMMANDS[name]


def call(command, /, *positional, **named):
    """Runs a plug-in's command as Maya does; what undoes itself goes into the queue."""
    scene = Current.scene
    creator, syntax = COMMANDS[command]
    query = bool(named.pop("query", False) or named.pop("q", False))
    if query and not syntax.enableQuery:
        raise TypeError(f"{command} has no query mode")
    flags = {}
    for key, value in named.items():
        short = next((s for s, pair in syntax.flags.items() if f"-{key}" in pair[:2]), None)
        if short is None:
            raise TypeError(f"Invalid flag '{key}'")
        if syntax.flags[short][2] is None or query:
            if value:
                flags[short] = True
        else:
            syntax.check(short, value)
            flags[short] = value
    made = creator()
    if not made.isUndoable():
        made.doIt(MArgList(list(positional), flags, query))
        return made._result
    scene.begin(command)
    try:
        made.doIt(MArgList(list(positional), flags, query))
        scene.remember(made)
    finally:
        scene.end()
    return made._result
