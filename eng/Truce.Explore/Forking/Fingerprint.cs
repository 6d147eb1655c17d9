using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Truce.Control;
using Truce.Model;

namespace Truce.Explore.Forking;

/// <summary>
/// A number for everything that a state consists of, production code's own objects included, down to the last
/// field. Two states with one number are taken for the same. What differs by the time and the number of steps
/// alone is counted from now and from the last (docs/explore.md has the list).
/// </summary>
internal sealed class Fingerprint
{
    private readonly ConditionalWeakTable<object, PartDigest> _known = [];

    /// <summary>Of a state at a time.</summary>
    public UInt128 Of(object state, long nowNs)
    {
        Hasher hasher = new(_known);
        HashPlan.Add(hasher, state);
        return hasher.Finish(nowNs);
    }

    /// <summary>All parts, by their path: what two states differ in.</summary>
    public static List<string> Notes(object state, long nowNs)
    {
        Hasher hasher = new([]) { Notes = [] };
        HashPlan.Add(hasher, state);
        hasher.Finish(nowNs);
        return hasher.Notes;
    }
}

/// <summary>How objects of one type are read.</summary>
internal static class HashPlan
{
    private static readonly ConcurrentDictionary<Type, Action<Hasher, object>> s_plans = [];

    public static void Add(Hasher hasher, object? value)
    {
        if (value is null)
        {
            hasher.Add(3ul);
            return;
        }

        Type type = value.GetType();
        if (!s_plans.TryGetValue(type, out Action<Hasher, object>? plan))
            plan = s_plans.GetOrAdd(type, Make(type));
        plan(hasher, value);
    }

    private static Action<Hasher, object> Make(Type type)
    {
        if (FieldRules.IsSkipped(type) || typeof(Delegate).IsAssignableFrom(type))
            return (_, _) => { };
        ulong name = Name(type);
        Action<Hasher, object> walk = typeof(HashPlan)
            .GetMethod(nameof(Walk), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type).CreateDelegate<Action<Hasher, object>>();
        if (type.IsValueType || type == typeof(string))
            return walk;
        if (!TypeFacts.IsShared(type))
        {
            return (hasher, value) =>
            {
                hasher.Add(name);
                if (hasher.IsNew(value))
                    walk(hasher, value);
            };
        }

        return (hasher, value) =>
        {
            hasher.Add(name);
            hasher.AddPart(value, walk);
        };
    }

    private static void Walk<T>(Hasher hasher, object value) => HashType<T>.Walk(hasher, (T)value);

    private static ulong Name(Type type)
    {
        ulong name = 14695981039346656037;
        foreach (char c in type.ToString())
            name = (name ^ c) * 1099511628211;
        return name;
    }
}

/// <summary>How values of a type are read.</summary>
internal static class HashType<T>
{
    /// <summary>Reads a value whose type is exactly this one.</summary>
    public static readonly Action<Hasher, T> Walk = Make();

    private static readonly bool s_byRunTimeType = !typeof(T).IsValueType && typeof(T) != typeof(string);

    /// <summary>Reads a field.</summary>
    public static void Add(Hasher hasher, T value, string name)
    {
        hasher.Enter(name);
        if (s_byRunTimeType)
            HashPlan.Add(hasher, value);
        else
            Walk(hasher, value);
        hasher.Leave();
    }

    private static Action<Hasher, T> Make()
    {
        Type type = typeof(T);
        if (PartReader.Plain<T>() is { } plain)
            return plain;
        if (type.IsArray)
            return Bind(nameof(PartReader.AddArray), type.GetElementType()!);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return Bind(nameof(PartReader.AddImmutableArray), type.GetGenericArguments()[0]);
        if (PartReader.ElementOf(type) is not { } element)
            return PartReader.ForFields<T>();
        return Bind(
            PartReader.IsUnordered(type) ? nameof(PartReader.AddUnordered) : nameof(PartReader.AddOrdered),
            element);
    }

    private static Action<Hasher, T> Bind(string name, Type element)
    {
        MethodInfo method = typeof(PartReader).GetMethod(name)!.MakeGenericMethod(typeof(T), element);
        return method.CreateDelegate<Action<Hasher, T>>();
    }
}

/// <summary>The ways in which values are read.</summary>
internal static class PartReader
{
    /// <summary>Of what is read without a look at its fields; null: it isn't.</summary>
    public static Action<Hasher, T>? Plain<T>()
    {
        Type type = typeof(T);
        if (type == typeof(string))
            return (hasher, value) => hasher.Add((string?)(object?)value);
        if (type == typeof(Instant))
            return (hasher, value) => hasher.Add(new Atom(AtomKind.Due, Unsafe.As<T, long>(ref value), null));
        if (type == typeof(EngineMember))
            return (hasher, value) => AddMember(hasher, Unsafe.As<T, EngineMember>(ref value));
        if (type == typeof(Acknowledgements))
            return (hasher, value) => AddAcknowledged(hasher, (Acknowledgements)(object)value!);
        // The wall clock is for people and for rules with dates, of which the explored configurations have
        // none.
        if (type == typeof(DateTimeOffset))
            return (_, _) => { };
        if (!type.IsPrimitive && !type.IsEnum && type != typeof(TimeSpan) && type != typeof(UInt128))
            return null;
        return Unsafe.SizeOf<T>() switch
        {
            1 => (hasher, value) => hasher.Add(Unsafe.As<T, byte>(ref value)),
            2 => (hasher, value) => hasher.Add(Unsafe.As<T, ushort>(ref value)),
            4 => (hasher, value) => hasher.Add(Unsafe.As<T, uint>(ref value)),
            8 => (hasher, value) => hasher.Add(Unsafe.As<T, ulong>(ref value)),
            _ => throw new NotSupportedException($"{type} isn't read"),
        };
    }

    /// <summary>What a collection holds; null: it isn't one.</summary>
    public static Type? ElementOf(Type type) => !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.GetInterfaces().Where(i => i.IsGenericType
            && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(i => i.GetGenericArguments()[0]).FirstOrDefault();

    public static bool IsUnordered(Type type) => type.IsGenericType
        && type.GetGenericTypeDefinition() is { } open
        && (open == typeof(Dictionary<,>) || open == typeof(HashSet<>)
            || open == typeof(ImmutableDictionary<,>)
            || open == typeof(ImmutableHashSet<>));

    public static void AddArray<T, TElement>(Hasher hasher, T value)
    {
        foreach (TElement element in (TElement[])(object)value!)
            HashType<TElement>.Add(hasher, element, "");
    }

    public static void AddImmutableArray<T, TElement>(Hasher hasher, T value)
    {
        ImmutableArray<TElement> array = Unsafe.As<T, ImmutableArray<TElement>>(ref value);
        hasher.Add(array.IsDefault ? ulong.MaxValue : (ulong)array.Length);
        if (array.IsDefault)
            return;
        foreach (TElement element in array)
            HashType<TElement>.Add(hasher, element, "");
    }

    public static void AddOrdered<T, TElement>(Hasher hasher, T value) where T : IEnumerable<TElement>
    {
        ulong count = 0;
        foreach (TElement element in value)
        {
            HashType<TElement>.Add(hasher, element, "");
            count++;
        }

        hasher.Add(count);
    }

    public static void AddUnordered<T, TElement>(Hasher hasher, T value) where T : IEnumerable<TElement> =>
        hasher.AddUnordered(value, (own, element) => HashType<TElement>.Add(own, element, ""));

    /// <summary>Field by field, as <see cref="FieldRules"/> says.</summary>
    public static Action<Hasher, T> ForFields<T>()
    {
        DynamicMethod method = new("Walk", null, [typeof(Hasher), typeof(T)], typeof(PartReader).Module,
            true);
        ILGenerator code = method.GetILGenerator();
        foreach (FieldInfo field in TypeFacts.Fields(typeof(T)))
        {
            FieldRule rule = FieldRules.Of(field);
            if (rule == FieldRule.Skip || field.FieldType.IsPointer)
                continue;
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldfld, field);
            if (rule == FieldRule.Number)
            {
                code.Emit(OpCodes.Ldarg_1);
                code.Emit(OpCodes.Ldfld, TypeFacts.Fields(typeof(T)).First(
                    f => FieldRules.NameOf(f) is "Session" or "session"));
            }

            code.Emit(OpCodes.Ldstr, FieldRules.NameOf(field));
            code.Emit(OpCodes.Call, Reader(rule, field.FieldType));
        }

        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Action<Hasher, T>>();
    }

    public static void AddName<T>(Hasher hasher, T value, string name) =>
        Add(hasher, new Atom(AtomKind.Name, 0, value?.ToString()), name);

    public static void AddIndex<T>(Hasher hasher, T value, string name) =>
        Add(hasher, new Atom(AtomKind.Index, Number(value), null), name);

    public static void AddRing<T>(Hasher hasher, T value, string name) =>
        Add(hasher, new Atom(AtomKind.Ring, Number(value), null), name);

    public static void AddSince<T>(Hasher hasher, T value, string name) => Add(
        hasher, new Atom(AtomKind.Since, value is Instant at ? at.Nanoseconds : long.MinValue / 2, null),
        name);

    public static void AddNumber(Hasher hasher, long value, string session, string name) => Add(
        hasher, new Atom(AtomKind.Number, value, name == "_lastUrgent" ? $"{session}/view" : session), name);

    public static void AddKey(Hasher hasher, string? value, string name)
    {
        hasher.Enter(name);
        // action:transition:expected:session, after status:code; in a magic.
        string[] parts = value?.Split(':') ?? [];
        hasher.Add(parts.Length < 3 ? value : string.Join(':', parts[..^4].Append(parts[^2])));
        hasher.Add(new Atom(AtomKind.Name, 0, value?[(value.IndexOf(';', StringComparison.Ordinal) + 1)..]));
        hasher.Leave();
    }

    public static void AddNames(Hasher hasher, System.Collections.IEnumerable? value, string name)
    {
        hasher.Enter(name);
        foreach (object each in value ?? Array.Empty<string>())
            hasher.Add(new Atom(AtomKind.Name, 0, each.ToString()));
        hasher.Add(5ul);
        hasher.Leave();
    }

    public static void AddTable(Hasher hasher, IDictionary? value, string name, FieldRule rule)
    {
        hasher.Enter(name);
        if (value is not null)
            hasher.AddUnordered(value.Cast<object>().Select(Entry), (own, entry) => AddEntry(own, entry,
                rule));
        hasher.Leave();
    }

    public static void AddSinces(Hasher hasher, object? value, string name) =>
        AddTable(hasher, (IDictionary?)value, name, FieldRule.Sinces);

    private static (object Key, object? Value) Entry(object entry) => entry is DictionaryEntry plain
        ? (plain.Key, plain.Value)
        : (entry.GetType().GetProperty("Key")!.GetValue(entry)!,
            entry.GetType().GetProperty("Value")!.GetValue(entry));

    private static void AddEntry(Hasher hasher, (object Key, object? Value) entry, FieldRule rule)
    {
        if (rule == FieldRule.KeyNames)
            hasher.Add(new Atom(AtomKind.Name, 0, entry.Key.ToString()));
        else if (rule != FieldRule.Values)
            HashPlan.Add(hasher, entry.Key);
        if (rule is FieldRule.Values or FieldRule.KeyNames)
            HashPlan.Add(hasher, entry.Value);
        else if (rule == FieldRule.ValueNames)
            hasher.Add(new Atom(AtomKind.Name, 0, entry.Value?.ToString()));
        else if (rule == FieldRule.Indices && entry.Value is (long index, Instant since))
            (_, _) = (Indexed(hasher, index), Timed(hasher, since));
        else if (rule == FieldRule.Sinces)
            Timed(hasher, (Instant)entry.Value!);
        else if (rule == FieldRule.Indices)
            Indexed(hasher, (long)entry.Value!);
    }

    private static bool Indexed(Hasher hasher, long index)
    {
        hasher.Add(new Atom(AtomKind.Index, index, null));
        return true;
    }

    private static bool Timed(Hasher hasher, Instant at)
    {
        hasher.Add(new Atom(AtomKind.Since, at.Nanoseconds, null));
        return true;
    }

    // How far behind what is committed somebody is shows elsewhere: in what is still to be handed to it.
    private static void AddAcknowledged(Hasher hasher, Acknowledgements acknowledgements)
    {
        long committed = acknowledgements.Committed();
        foreach ((NodeId node, long upTo) in UpTo(acknowledgements).OrderBy(u => u.Key))
        {
            hasher.Add(node.Value);
            Indexed(hasher, Math.Max(upTo, committed));
        }

        hasher.Add(4ul);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_upTo")]
    private static extern ref Dictionary<NodeId, long> UpTo(Acknowledgements acknowledgements);

    private static void AddMember(Hasher hasher, EngineMember member)
    {
        hasher.Add(member.Node.Value);
        hasher.Add(new Atom(AtomKind.Name, 0, member.ToString()));
    }

    private static long Number<T>(T value) => value switch
    {
        null => -1L,
        long number => number,
        ulong number => (long)number,
        int number => number,
        _ => throw new NotSupportedException($"{typeof(T)} is no number"),
    };

    private static void Add(Hasher hasher, Atom atom, string name)
    {
        hasher.Enter(name);
        hasher.Add(atom);
        hasher.Leave();
    }

    public static void AddKeys(Hasher hasher, object? value, string name) =>
        AddTable(hasher, (IDictionary?)value, name, FieldRule.Keys);

    public static void AddValues(Hasher hasher, object? value, string name) =>
        AddTable(hasher, (IDictionary?)value, name, FieldRule.Values);

    public static void AddKeyNames(Hasher hasher, object? value, string name) =>
        AddTable(hasher, (IDictionary?)value, name, FieldRule.KeyNames);

    public static void AddValueNames(Hasher hasher, object? value, string name) =>
        AddTable(hasher, (IDictionary?)value, name, FieldRule.ValueNames);

    public static void AddIndices(Hasher hasher, object? value, string name) =>
        AddTable(hasher, (IDictionary?)value, name, FieldRule.Indices);

    public static void AddAllNames<T>(Hasher hasher, T value, string name) =>
        AddNames(hasher, (IEnumerable?)(object?)value, name);

    private static MethodInfo Reader(FieldRule rule, Type type) => rule switch
    {
        FieldRule.Plain => typeof(HashType<>).MakeGenericType(type).GetMethod("Add")!,
        FieldRule.Name => typeof(PartReader).GetMethod(nameof(AddName))!.MakeGenericMethod(type),
        FieldRule.Index => typeof(PartReader).GetMethod(nameof(AddIndex))!.MakeGenericMethod(type),
        FieldRule.Ring => typeof(PartReader).GetMethod(nameof(AddRing))!.MakeGenericMethod(type),
        FieldRule.Since => typeof(PartReader).GetMethod(nameof(AddSince))!.MakeGenericMethod(type),
        FieldRule.Number => typeof(PartReader).GetMethod(nameof(AddNumber))!,
        FieldRule.Key => typeof(PartReader).GetMethod(nameof(AddKey))!,
        FieldRule.Names => typeof(PartReader).GetMethod(nameof(AddAllNames))!.MakeGenericMethod(type),
        FieldRule.Keys => typeof(PartReader).GetMethod(nameof(AddKeys))!,
        FieldRule.Values => typeof(PartReader).GetMethod(nameof(AddValues))!,
        FieldRule.KeyNames => typeof(PartReader).GetMethod(nameof(AddKeyNames))!,
        FieldRule.ValueNames => typeof(PartReader).GetMethod(nameof(AddValueNames))!,
        FieldRule.Sinces => typeof(PartReader).GetMethod(nameof(AddSinces))!,
        FieldRule.Indices => typeof(PartReader).GetMethod(nameof(AddIndices))!,
        FieldRule.Skip => throw new InvariantException("what is skipped isn't read"),
    };
}
