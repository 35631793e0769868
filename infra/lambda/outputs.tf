output "url" {
  description = "Where the service answers; its operations are under /api/v1."
  value = trimsuffix(
    local.has_api ? aws_apigatewayv2_stage.default[0].invoke_url : aws_lambda_function_url.patrols[0].function_url,
    "/",
  )
}

output "function_name" {
  description = "The function, for deployments and alarms."
  value       = aws_lambda_function.patrols.function_name
}

output "security_group_id" {
  description = "The function's security group: PostgreSQL, both peers and the interface endpoint must let it in. What settings name besides (LOKI_URL, OTEL_EXPORTER_OTLP_ENDPOINT) wants an egress rule of its own in it."
  value       = aws_security_group.patrols.id
}

output "log_group_name" {
  description = "Where the function's log is."
  value       = aws_cloudwatch_log_group.patrols.name
}

output "database_endpoint" {
  description = "What DATABASE_URL is to name as its host: RDS Proxy, or null where there is none."
  value       = one(aws_db_proxy.patrols[*].endpoint)
}
