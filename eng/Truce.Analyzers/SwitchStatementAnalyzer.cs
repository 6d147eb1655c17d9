using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Truce.Analyzers;

/// <summary>
/// The compiler checks switch expressions only: a switch statement passes over a case that it doesn't name,
/// in silence. Over a closed hierarchy, or an enum of ours, every case must be named; a default label doesn't
/// stand for any.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SwitchStatementAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor s_rule = new(
        id: "TRUCE001",
        title: "A switch statement names every case",
        messageFormat: "This switch over {0} doesn't name {1}: add the case, empty if there is nothing to do",
        category: "Truce",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(s_rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(Look, SyntaxKind.SwitchStatement);
    }

    private static void Look(SyntaxNodeAnalysisContext context)
    {
        SwitchStatementSyntax statement = (SwitchStatementSyntax)context.Node;
        if (context.SemanticModel.GetTypeInfo(statement.Expression).Type is not INamedTypeSymbol type)
            return;
        SemanticModel model = context.SemanticModel;
        IEnumerable<string> missing = ClosedHierarchy.IsClosed(type) ? MissingCases(statement, type, model)
            : IsOurEnum(type) ? MissingMembers(statement, type, model)
            : Enumerable.Empty<string>();
        string names = string.Join(", ", missing);
        if (names.Length > 0)
            context.ReportDiagnostic(
                Diagnostic.Create(s_rule, statement.SwitchKeyword.GetLocation(), type.Name, names));
    }

    private static bool IsOurEnum(INamedTypeSymbol type) => type.TypeKind == TypeKind.Enum
        && (type.ContainingAssembly?.Name.StartsWith("Truce.", System.StringComparison.Ordinal) ?? false)
        && !type.GetAttributes().Any(a => a.AttributeClass?.Name == "FlagsAttribute");

    private static IEnumerable<string> MissingCases(
        SwitchStatementSyntax statement, INamedTypeSymbol root, SemanticModel model)
    {
        var matched = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (SwitchLabelSyntax label in statement.Sections.SelectMany(s => s.Labels))
        {
            if (label is CasePatternSwitchLabelSyntax { WhenClause: null } pattern)
                ClosedHierarchy.Collect(pattern.Pattern, model, matched);
            else if (label is CaseSwitchLabelSyntax plain
                && model.GetSymbolInfo(plain.Value).Symbol is ITypeSymbol type)
                matched.Add(type.OriginalDefinition);
        }

        return ClosedHierarchy.Missing(root, matched).Select(c => c.Name);
    }

    private static IEnumerable<string> MissingMembers(
        SwitchStatementSyntax statement, INamedTypeSymbol type, SemanticModel model)
    {
        var named = new HashSet<object>();
        foreach (SwitchLabelSyntax label in statement.Sections.SelectMany(s => s.Labels))
        {
            if (label is CaseSwitchLabelSyntax plain)
                Name(plain.Value, model, named);
            else if (label is CasePatternSwitchLabelSyntax { WhenClause: null } pattern)
                Name(pattern.Pattern, model, named);
        }

        return type.GetMembers().OfType<IFieldSymbol>()
            .Where(f => f.ConstantValue is { } value && !named.Contains(value)).Select(f => f.Name);
    }

    private static void Name(PatternSyntax pattern, SemanticModel model, HashSet<object> named)
    {
        if (pattern is ConstantPatternSyntax constant)
        {
            Name(constant.Expression, model, named);
        }
        else if (pattern is ParenthesizedPatternSyntax inner)
        {
            Name(inner.Pattern, model, named);
        }
        else if (pattern is BinaryPatternSyntax either && either.IsKind(SyntaxKind.OrPattern))
        {
            Name(either.Left, model, named);
            Name(either.Right, model, named);
        }
    }

    private static void Name(ExpressionSyntax expression, SemanticModel model, HashSet<object> named)
    {
        if (model.GetConstantValue(expression) is { HasValue: true, Value: { } value })
            named.Add(value);
    }
}
