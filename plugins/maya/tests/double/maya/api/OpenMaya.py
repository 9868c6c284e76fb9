"""Commands, their arguments, and time."""

from model import units
from model.graph import Current


class MTime:
    """A time, in ticks."""

    def __init__(self, value=1.0, unit=None):
        name = units.UNITS[unit] if unit is not None else Current.scene.settings["time"]
        self.ticks = units.ticks(value, name)

    def asUnits(self, unit):
        """The time in frames of a unit."""
        return units.frames(self.ticks, units.UNITS[unit])

    @staticmethod
    def uiUnit():
        """The scene's time unit."""
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
        """Makes the component."""
        return self

    def setCompleteData(self, count):
        """Sets the component to all vertices."""
        self.count = count


class MObject:
    """A handle."""


class MSelectionList:
    """A list of existing nodes."""

    def __init__(self):
        self._nodes = []

    def add(self, name):
        """Adds a node by name."""
        try:
            self._nodes.append(Current.scene.node(name))
        except ValueError as error:
            raise RuntimeError("(kInvalidParameter): Object does not exist") from error

    def getDependNode(self, index):
        """The node at an index."""
        return self._nodes[index]

    def getDagPath(self, index):
        """The path of the node at an index."""
        return self._nodes[index]

    def getSelectionStrings(self):
        """The names of the nodes."""
        return tuple(Current.scene.short(node) for node in self._nodes)


class MGlobal:
    """Messages to the user."""

    messages = []

    @classmethod
    def displayInfo(cls, text):
        """Shows a text in the help line."""
        cls.messages.append(("info", text))

    @classmethod
    def displayWarning(cls, text):
        """Shows a warning."""
        cls.messages.append(("warning", text))

    @classmethod
    def displayError(cls, text):
        """Shows an error."""
        cls.messages.append(("error", text))


class MSyntax:
    """Flags and objects of a command."""

    kNoArg, kString, kDouble, kLong, kBoolean, kTime, kSelectionList = range(1, 8)
    _ACCEPTS = {kString: (str,), kDouble: (int, float), kLong: (int,), kBoolean: (bool, int), kTime: (int, float)}

    def __init__(self):
        self.flags, self.multi, self.arguments = {}, set(), []
        self.enableQuery = self.enableEdit = False

    def addFlag(self, short, long, *types):
        """Adds a flag by names with a dash. The double supports one argument at most."""
        if len(short) > 4 or len(long) < 5:
            raise RuntimeError(f"Maya requires up to 3 letters in a short flag and 4 or more in a long one: {short} {long}")
        taken = {name for pair in self.flags.values() for name in pair[:2]}
        if {short, long} & taken or {short, long} & {"-q", "-e", "-query", "-edit"}:
            raise RuntimeError(f"The flag exists already: {short} {long}")
        self.flags[short] = (short, long, types[0] if types and types[0] != self.kNoArg else None)

    def makeFlagMultiUse(self, short):
        """Allows a flag to be repeated."""
        self.multi.add(short)

    def addArg(self, kind):
        """Adds an argument without a flag."""
        self.arguments.append(kind)

    def setObjectType(self, kind, least=0, most=None):
        """Does nothing: the objects are always selection lists."""

    def useSelectionAsDefault(self, use):
        """Does nothing: the selection is always the default."""

    def check(self, short, value):
        """Raises TypeError if a value has the wrong type for a flag."""
        kind = self.flags[short][2]
        values = value if short in self.multi and isinstance(value, (list, tuple)) else [value]
        for one in values:
            if kind is not None and not isinstance(one, self._ACCEPTS[kind]):
                raise TypeError(f"Invalid arguments for flag '{short}': {one!r}")


class MArgList:
    """The arguments of a command."""

    def __init__(self, positional, named, query):
        self.positional, self.named, self.query = positional, named, query

    def asInt(self, index):
        """An argument as an integer."""
        return int(self.positional[index])

    def asString(self, index):
        """An argument as a string."""
        return str(self.positional[index])


class MArgDatabase:
    """The arguments of a command by flag."""

    def __init__(self, syntax, arguments):
        self._syntax, self._arguments = syntax, arguments
        self.isQuery = arguments.query

    def isFlagSet(self, flag):
        """Whether a flag is set."""
        return flag in self._arguments.named

    def numberOfFlagUses(self, flag):
        """How often a flag is set."""
        return len(self._values(flag))

    def getFlagArgumentList(self, flag, index):
        """The arguments of one use of a flag."""
        return MArgList([self._values(flag)[index]], {}, False)

    def flagArgumentString(self, flag, index):
        """The value of a flag as a string."""
        return str(self._arguments.named[flag])

    def flagArgumentDouble(self, flag, index):
        """The value of a flag as a float."""
        return float(self._arguments.named[flag])

    def flagArgumentInt(self, flag, index):
        """The value of a flag as an integer."""
        return int(self._arguments.named[flag])

    def flagArgumentBool(self, flag, index):
        """The value of a flag as a bool."""
        return bool(self._arguments.named[flag])

    def flagArgumentMTime(self, flag, index):
        """The value of a flag as a time in the scene's unit."""
        return MTime(self._arguments.named[flag], MTime.uiUnit())

    def getObjectList(self):
        """The named nodes, by default the selection."""
        found = MSelectionList()
        for name in self._arguments.positional or Current.scene.selection:
            for one in [name] if isinstance(name, str) else name:
                found.add(one)
        return found

    def _values(self, flag):
        value = self._arguments.named[flag]
        return list(value) if isinstance(value, (list, tuple)) else [value]


class MPxCommand:
    """The base class of a plug-in's command."""

    _result = None

    def setResult(self, value):
        """Sets the result; Maya cannot infer the item type of an empty list."""
        if not isinstance(value, (str, int, float)) and not value:
            raise TypeError("an empty result")
        self._result = value

    def clearResult(self):
        """Removes the result."""
        self._result = None

    def isUndoable(self):
        """False by default."""
        return False


COMMANDS = {}


class MFnPlugin:
    """Registers commands."""

    def __init__(self, plugin, vendor="", version=""):
        pass

    def registerCommand(self, name, creator, syntax=None):
        """Registers a command."""
        COMMANDS[name] = (creator, syntax() if syntax else MSyntax())

    def deregisterCommand(self, name):
        """Removes a command."""
        del COMMANDS[name]


def call(command, /, *positional, **named):
    """Runs a plug-in's command as Maya does; a command that can undo itself is added to the undo queue."""
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
    instance = creator()
    if not instance.isUndoable():
        instance.doIt(MArgList(list(positional), flags, query))
        return instance._result
    scene.begin(command)
    try:
        instance.doIt(MArgList(list(positional), flags, query))
        scene.remember(instance)
    finally:
        scene.end()
    return instance._result
