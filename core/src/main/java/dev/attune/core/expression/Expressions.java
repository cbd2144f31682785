package dev.attune.core.expression;

import dev.attune.core.yaml.YamlNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.validator.CelValidator;
import dev.cel.validator.CelValidatorFactory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Compiles conditions over declared variables. Names may be dotted ({@code intent.label}). All
 * numbers are doubles; whole literals are read as doubles too, so {@code clicks > 3} is fine.
 */
public final class Expressions {
  private static final CelOptions OPTIONS =
      CelOptions.current().enableHeterogeneousNumericComparisons(true).build();

  private final List<String> names;
  private final List<VariableType> types;
  private final Map<String, Integer> slots = new LinkedHashMap<>();
  private final Set<String> flags = new HashSet<>();
  private final Cel cel;
  private final CelValidator literals;

  /** Variables with their types; a variable's slot is its place in the map's order. */
  public Expressions(Map<String, VariableType> variables) {
    names = List.copyOf(variables.keySet());
    types = List.copyOf(variables.values());
    for (int i = 0; i < names.size(); i++) {
      slots.put(names.get(i), i);
      if (types.get(i) == VariableType.FLAG) {
        flags.add(names.get(i));
      }
    }
    var builder =
        CelFactory.standardCelBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setResultType(SimpleType.BOOL);
    builder.addFunctionDeclarations(NumberEquality.declarations());
    builder.addFunctionBindings(NumberEquality.bindings());
    variables.forEach((name, type) -> builder.addVar(name, celType(type)));
    cel = builder.build();
    literals =
        CelValidatorFactory.standardCelValidatorBuilder(cel)
            .addAstValidators(new PatternValidator())
            .build();
  }

  public List<String> names() {
    return names;
  }

  /** Compiles a YAML value; a fault is reported there and the result is never true. */
  public Expression compile(YamlNode node) {
    return compile(node.text(), node);
  }

  /** Compiles a text found in a YAML value. */
  public Expression compile(String text, YamlNode where) {
    try {
      return compile(text);
    } catch (ExpressionException e) {
      where
          .problems()
          .add(
              where.file(),
              where.line() + e.line() - 1,
              "`" + text.strip() + "`: " + e.getMessage());
      return Expression.never(text);
    }
  }

  public Expression compile(String text) throws ExpressionException {
    CelAbstractSyntaxTree checked = check(text);
    Expression compiled = NativeCompiler.compile(text, checked, slots, types);
    return compiled == null ? interpret(text) : compiled;
  }

  /** When a condition holds, to compare it with others. */
  public DisjunctiveForm form(String text) throws ExpressionException {
    return DisjunctiveFormReader.read(check(text));
  }

  /** By CEL's own interpreter: also the oracle of the compiler's tests. */
  Expression interpret(String text) throws ExpressionException {
    try {
      CelAbstractSyntaxTree checked = check(text, ast -> MissingFlags.guarded(ast, flags));
      CelAbstractSyntaxTree exact = cel.check(NumberEquality.exact(checked)).getAst();
      return new CelExpression(text, cel.createProgram(exact), slots, types);
    } catch (CelEvaluationException | CelValidationException e) {
      throw new ExpressionException(1, String.valueOf(e.getMessage()));
    }
  }

  private CelAbstractSyntaxTree check(String text) throws ExpressionException {
    return check(text, UnaryOperator.identity());
  }

  private CelAbstractSyntaxTree check(String text, UnaryOperator<CelAbstractSyntaxTree> change)
      throws ExpressionException {
    try {
      CelAbstractSyntaxTree parsed = cel.parse(text).getAst();
      CelAbstractSyntaxTree checked =
          cel.check(change.apply(IntegerLiterals.asDoubles(parsed))).getAst();
      return literals.validate(checked).getAst();
    } catch (CelValidationException e) {
      CelIssue issue = e.getErrors().getFirst();
      throw new ExpressionException(
          Math.max(1, issue.getSourceLocation().getLine()),
          CelMessages.explain(issue.getMessage(), names));
    }
  }

  private static CelType celType(VariableType type) {
    return switch (type) {
      case NUMBER -> SimpleType.DOUBLE;
      case TEXT -> NullableType.create(SimpleType.STRING);
      case FLAG -> NullableType.create(SimpleType.BOOL);
      case TEXTS -> ListType.create(SimpleType.STRING);
      case MAP -> MapType.create(SimpleType.STRING, SimpleType.DYN);
    };
  }
}
