using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace Truce.Explore.Forking;

/// <summary>
/// Copies a state, production code's own objects included: whatever can change is copied, field by field,
/// whatever can't is shared. So a state is forked without any help of the code that is explored.
/// </summary>
internal sealed class Copier
{
    private static readonly Func<object, object> s_clone = typeof(object)
        .GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!
        .CreateDelegate<Func<object, object>>();

    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>A copy that shares with the original only what never changes.</summary>
    public static T Copy<T>(T original) where T : class => (T)new Copier().Copied(original)!;

    /// <summary>The copy of an object: one for each, so that the shape stays.</summary>
    public object? Copied(object? original)
    {
        if (original is null)
            return null;
        CopyPlan plan = CopyPlan.Of(original.GetType());
        if (plan.IsShared)
        {
            if (original is Delegate { Target: { } target }
                && TypeFacts.Fields(target.GetType()).Any(
                    f => !TypeFacts.IsShared((f.GetValue(target) ?? 0).GetType())))
                throw new NotSupportedException($"{original} holds on to {target}");
            return original;
        }

        if (_copies.TryGetValue(original, out object? known))
            return known;
        object copy = s_clone(original);
        _copies.Add(original, copy);
        plan.Fix?.Invoke(copy, this);
        return copy;
    }
}

/// <summary>How objects of one type are copied.</summary>
internal sealed class CopyPlan
{
    private static readonly ConcurrentDictionary<Type, CopyPlan> s_plans = [];

    private CopyPlan(Type type)
    {
        IsShared = TypeFacts.IsShared(type);
        if (!IsShared)
            Fix = type.IsArray ? ArrayFix(type) : CopyCode.ForObject(type);
    }

    public bool IsShared { get; }

    /// <summary>Puts copies in the place of what a shallow copy still has in common with its original; null:
    /// there is nothing of the kind.</summary>
    public Action<object, Copier>? Fix { get; }

    public static CopyPlan Of(Type type) => s_plans.TryGetValue(type, out CopyPlan? plan)
        ? plan : s_plans.GetOrAdd(type, new CopyPlan(type));

    private static Action<object, Copier>? ArrayFix(Type type)
    {
        if (type.GetArrayRank() != 1)
            throw new NotSupportedException($"{type}: an array of several dimensions");
        return typeof(CopyPlan).GetMethod(nameof(FixArray), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetElementType()!).CreateDelegate<Action<object, Copier>>();
    }

    private static void FixArray<T>(object copy, Copier copier)
    {
        if (CopyField<T>.Fix is not { } fix)
            return;
        T[] array = (T[])copy;
        for (int i = 0; i < array.Length; i++)
            fix(ref array[i], copier);
    }
}

internal delegate void FieldFix<T>(ref T field, Copier copier);

/// <summary>How a field of a type is copied; null: it needn't be.</summary>
internal static class CopyField<T>
{
    public static readonly FieldFix<T>? Fix = Make();

    public static void Apply(ref T field, Copier copier) => Fix!(ref field, copier);

    private static FieldFix<T>? Make()
    {
        Type type = typeof(T);
        if (!CopyCode.NeedsFix(type))
            return null;
        return type.IsValueType ? CopyCode.ForStruct<T>()
            : (ref T field, Copier copier) => field = (T)copier.Copied(field)!;
    }
}

/// <summary>Code made at run time: it writes fields that only a constructor may write otherwise.</summary>
internal static class CopyCode
{
    /// <summary>Whether a field of that type may hold something that has to be copied.</summary>
    public static bool NeedsFix(Type type)
    {
        if (type.IsPointer || type.IsByRefLike)
            return false;
        if (type.IsValueType)
            return !TypeFacts.IsShared(type) && TypeFacts.Fields(type).Any(f => NeedsFix(f.FieldType));
        return typeof(Delegate).IsAssignableFrom(type) || !(type.IsSealed && TypeFacts.IsShared(type));
    }

    public static Action<object, Copier>? ForObject(Type type)
    {
        FieldInfo[] fields = [.. TypeFacts.Fields(type).Where(f => NeedsFix(f.FieldType))];
        if (fields.Length == 0)
            return null;
        DynamicMethod method = new(
            "Fix", null, [typeof(object), typeof(Copier)], typeof(CopyCode).Module, true);
        Emit(method.GetILGenerator(), fields);
        return method.CreateDelegate<Action<object, Copier>>();
    }

    public static FieldFix<T> ForStruct<T>()
    {
        FieldInfo[] fields = [.. TypeFacts.Fields(typeof(T)).Where(f => NeedsFix(f.FieldType))];
        DynamicMethod method = new(
            "Fix", null, [typeof(T).MakeByRefType(), typeof(Copier)], typeof(CopyCode).Module, true);
        Emit(method.GetILGenerator(), fields);
        return method.CreateDelegate<FieldFix<T>>();
    }

    private static void Emit(ILGenerator code, FieldInfo[] fields)
    {
        foreach (FieldInfo field in fields)
        {
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldflda, field);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Call, typeof(CopyField<>).MakeGenericType(field.FieldType).GetMethod("Apply")!);
        }

        code.Emit(OpCodes.Ret);
    }
}
