using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Truce.Mutants.Generating;

/// <summary>Other values than those that stand there.</summary>
internal static class Values
{
    /// <summary>Whether it can be counted up and down.</summary>
    public static bool IsNumber(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Int32
        or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64
        or SpecialType.System_Double or SpecialType.System_Decimal;

    /// <summary>Whether it can be added to its like.</summary>
    public static bool IsQuantity(ITypeSymbol? type) =>
        IsNumber(type) || type?.Name is "TimeSpan" or "Instant" or "DateTimeOffset";

    /// <summary>Other literals in place of one.</summary>
    public static IEnumerable<ExpressionSyntax> Others(LiteralExpressionSyntax literal, SemanticModel model)
    {
        if (literal.IsKind(SyntaxKind.TrueLiteralExpression))
            yield return LiteralExpression(SyntaxKind.FalseLiteralExpression);
        else if (literal.IsKind(SyntaxKind.FalseLiteralExpression))
            yield return LiteralExpression(SyntaxKind.TrueLiteralExpression);
        if (literal.Token.Value is not (int or long) || !IsNumber(model.GetTypeInfo(literal).ConvertedType)
            || model.GetTypeInfo(literal).ConvertedType?.SpecialType
                is SpecialType.System_UInt32 or SpecialType.System_UInt64)
            yield break;
        long value = Convert.ToInt64(literal.Token.Value, CultureInfo.InvariantCulture);
        string suffix = literal.Token.Value is long ? "L" : "";
        if (value < int.MaxValue)
            yield return ParseExpression(string.Create(CultureInfo.InvariantCulture, $"{value + 1}{suffix}"));
        if (value is > 0 and <= int.MaxValue)
            yield return ParseExpression(string.Create(CultureInfo.InvariantCulture, $"{value - 1}{suffix}"));
    }

    /// <summary>Nothing in place of what is returned: null, empty, zero; null if there is no such value, or
    /// it
    /// stands there already.</summary>
    public static ExpressionSyntax? NoneInPlaceOf(ExpressionSyntax e, SemanticModel model)
    {
        if (e is LiteralExpressionSyntax or DefaultExpressionSyntax or ThrowExpressionSyntax
            or CollectionExpressionSyntax { Elements.Count: 0 } || e.ToString().EndsWith(".Empty",
                StringComparison.Ordinal))
            return null;
        TypeInfo info = model.GetTypeInfo(e);
        return (info.ConvertedType ?? info.Type) is { } type ? None(type) : null;
    }

    private static ExpressionSyntax? None(ITypeSymbol type)
    {
        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
            || (type.IsReferenceType && type.NullableAnnotation == NullableAnnotation.Annotated))
            return ParseExpression("null");
        if (type.SpecialType == SpecialType.System_String)
            return ParseExpression("\"\"");
        if (IsNumber(type))
            return ParseExpression("0");
        if (type.Name == "TimeSpan")
            return ParseExpression("global::System.TimeSpan.Zero");
        if (IsCollection(type))
            return ParseExpression("[]");
        bool hasEmpty = type.GetMembers("Empty").Any(m => m.IsStatic && m is IPropertySymbol or IFieldSymbol);
        return hasEmpty
            ? ParseExpression(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated)
                .ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + ".Empty")
            : null;
    }

    private static bool IsCollection(ITypeSymbol type) =>
        type is IArrayTypeSymbol
        || type.Name is "IEnumerable" or "IReadOnlyList" or "IReadOnlyCollection" or "List" or "IList"
        || type.OriginalDefinition.GetAttributes()
            .Any(a => a.AttributeClass?.Name == "CollectionBuilderAttribute");
}
