using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Truce.Explore.Forking;

/// <summary>What is known of a type: whether its values never change, so that states may share
/// them.</summary>
internal static class TypeFacts
{
    private static readonly ConcurrentDictionary<Type, bool> s_shared = [];

    // Their values are immutable by rule (docs/architecture.md).
    private static readonly string[] s_valuesOnly =
        ["Truce.Model", "Truce.Scheduler", "Truce.Contracts", "Truce.Ports", "Truce.Analysis"];

    /// <summary>All fields of instances, those of base types included.</summary>
    public static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (Type? at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            foreach (FieldInfo field in at.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                    | BindingFlags.DeclaredOnly))
                yield return field;
        }
    }

    /// <summary>Whether a value of exactly this type can't change any more.</summary>
    public static bool IsShared(Type type) => s_shared.GetOrAdd(type, Judge);

    private static bool Judge(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(string)
            || type == typeof(decimal)
            || typeof(MemberInfo).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type))
            return true;
        if (type.IsArray)
            return false;
        if (type.Namespace is "System.Collections.Immutable" or "System.Collections.Frozen"
            || IsComparer(type))
            return true;
        if (type.IsValueType)
            return Fields(type).All(f => f.FieldType.IsValueType || f.FieldType == typeof(string)
                ? IsShared(f.FieldType) : IsSharedField(f.FieldType));
        return s_valuesOnly.Contains(type.Assembly.GetName().Name) || IsRecord(type);
    }

    // A field of a class may hold whatever derives from it: shared only where nothing can.
    private static bool IsSharedField(Type type) => !type.IsArray && type.IsClass && IsShared(type)
        && (type.IsSealed || type.IsAbstract || IsRecord(type));

    private static bool IsComparer(Type type) => typeof(IComparer).IsAssignableFrom(type)
        || typeof(IEqualityComparer).IsAssignableFrom(type)
        || type.GetInterfaces().Any(i => i.IsGenericType
            && (i.GetGenericTypeDefinition() == typeof(IComparer<>)
                || i.GetGenericTypeDefinition() == typeof(IEqualityComparer<>)));

    // The house's records are values: what they hold is set once.
    private static bool IsRecord(Type type)
    {
        if (type.GetMethod("<Clone>$") is null)
            return false;
        FieldInfo? open = Fields(type).FirstOrDefault(f => !f.IsInitOnly);
        return open is null ? true
            : throw new NotSupportedException($"{type} is a record whose {open.Name} can be set");
    }
}
